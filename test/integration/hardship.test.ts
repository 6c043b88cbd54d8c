/** What a deploy says and leaves behind when the machine lets it down: no engine, no space, no permission, no repository. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, freePort, letGo, pageAt, pageFiles, UNTIL_GO, waitingBuild } from './app.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';

describe('a deploy on a machine in trouble', {
  skip: lacksEngine('docker-compose', 'git', 'redis-server'),
}, () => {
  let engine: TestEngine;
  let muster: TestMuster;
  let port: number;
  let page: TestRepository;
  const path = (name: string) => join(muster.folder, name);
  const mounts: string[] = [];

  before(async () => {
    engine = await startEngine();
    muster = await openMuster({});
    port = await freePort();
    page = new TestRepository(path('page'));
    page.commit('main', pageFiles('one', port));
    page.commit('two', pageFiles('two', port));
    for (const name of ['small', 'fixed']) mount(name);
    const host = (name: string, socket: string) =>
      `  ${name}: {link: local, root: ${path(name)}/host, tools: {docker: {socket: ${socket}}}}`;
    const app = (name: string, repository: string, on: string) =>
      `  ${name}: {repository: ${path(repository)}, hosts: [${on}]}`;
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        'hosts:',
        host('local', engine.socket),
        host('small', engine.socket),
        host('fixed', engine.socket),
        host('absent', path('absent.sock')),
        host('dead', path('dead.sock')),
        'apps:',
        app('page', 'page', 'small'),
        app('hello', 'page', 'absent'),
        app('ghost', 'page', 'dead'),
        app('stone', 'page', 'fixed'),
        app('leaving', 'leaving', 'local'),
        '',
      ].join('\n'),
    });
    await muster.start();
  });
  after(async () => {
    for (const folder of mounts.reverse()) execFileSync('umount', [folder]);
    await muster?.stop();
    await engine?.stop();
  });

  /** A file system of its own, of eight megabytes. */
  const mount = (name: string) => {
    mkdirSync(path(name));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path(name)]);
    mounts.push(path(name));
  };
  const fails = ({ exit, result, events }: Said, code: string, ...says: RegExp[]) => {
    assert.deepEqual([exit, result.status, result.code], [1, 'failed', code], JSON.stringify(events));
    assert.ok(result.text.length < 300, result.text);
    const ended = events.find((event) => event.type === 'ended');
    const card = `${result.text}\n${ended?.error?.hint}\n${ended?.next}`;
    for (const words of says) assert.match(card, words);
    assert.doesNotMatch(card, /\.ts:\d+|\.js:\d+|node_modules|Error:|Traceback/);
  };

  test('without an engine it says so, and what to type next', async () => {
    const says = [
      /the Docker engine of absent does not answer/,
      /\/prepare absent/,
      /\/retry r-\w+ after a fix/,
    ];
    fails(await muster.say('/deploy hello'), 'engine.down', ...says);
  });

  test("with an engine's socket and nobody behind it, too", async () => {
    await leaveSocket(path('dead.sock'));
    fails(
      await muster.say('/deploy ghost'),
      'engine.down',
      /Docker engine of dead does not answer/,
      /\/prepare dead/,
    );
  });

  test('doctor names both, with the fix', async () => {
    const { exit, stdout } = await muster.run('doctor');
    assert.equal(exit, 1);
    for (const host of ['absent', 'dead'])
      assert.match(stdout, new RegExp(`✕ ${host}: running Docker engine.*->.*/prepare ${host}`));
    assert.match(stdout, /● local: running Docker engine/);
  });

  test('on a full disk it says so, the live app answers on, and once there is space it succeeds', async () => {
    assert.equal((await muster.say('/deploy page')).exit, 0);
    fill(path('small'));
    const failed = await muster.say('/deploy page two');
    fails(
      failed,
      'host.diskfull',
      /the disk of small is full/,
      /Free some space on small/,
      /\/retry r-\w+ after a fix/,
    );
    assert.equal(await pageAt(port), 'one');
    rmSync(path('small/filler'));
    const retried = await muster.say(`/retry ${failed.result.run}`);
    assert.equal(retried.exit, 0, retried.result.text);
    assert.equal(await pageAt(port), 'two');
  });

  test('where its folder cannot be written it says which, and whose right is missing', async () => {
    execFileSync('mount', ['-o', 'remount,ro', path('fixed')]);
    const says = [/no permission on fixed: \S+ cannot be written/, /\/retry/];
    fails(await muster.say('/deploy stone'), 'host.denied', ...says);
    execFileSync('mount', ['-o', 'remount,rw', path('fixed')]);
  });

  test('a repository that is gone when its turn comes is named, and what was live stays', async () => {
    const leaving = new TestRepository(path('leaving'));
    leaving.commit('main', appFiles({ build: UNTIL_GO }));
    leaving.commit('next', { 'compose.yaml': 'services: {}\n' });
    const first = muster.say('/deploy leaving');
    const building = await waitingBuild(engine);
    let blocked = () => {};
    const waits = new Promise<void>((resolve) => {
      blocked = resolve;
    });
    const second = muster.say('/deploy leaving next', (event) => event.type === 'blocked' && blocked());
    await waits;
    renameSync(path('leaving'), path('left'));
    await letGo(engine, building);
    assert.equal((await first).exit, 0);
    fails(await second, 'git.unreachable', /cannot read the repository of leaving/, /Is the address right/);
    assert.match(await engine.docker('ps', '--filter', 'label=muster.app=leaving'), /healthy/);
  });
});

/** Fills a file system to the last block. */
function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(join(folder, 'filler'), Buffer.alloc(bavail * bsize));
  assert.equal(statfsSync(folder).bavail, 0);
}

/** The file of a unix socket whose server is gone. */
async function leaveSocket(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(`${path}.live`, resolve));
  execFileSync('ln', [`${path}.live`, path]);
  await new Promise((resolve) => server.close(resolve));
}
