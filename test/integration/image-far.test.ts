/** Images that another host builds than machines boot from, over a real sshd: what it made travels, and whatever is struck on the way, nobody sees half of it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SayEvent } from '../../src/bot/console/socket.ts';
import { library, Manifest } from '../../src/image.ts';
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { needs } from '../needs.ts';
import { ended, openMuster, type Said, type TestMuster } from './muster.ts';
import { markedBy, waitFor } from './wait.ts';

/** More than travels at once, by far. */
const BYTES = 24 * 1024 * 1024;

describe('an image that another host builds', { skip: noSshd || needs(['redis-server']) }, () => {
  let muster: TestMuster;
  let manager: ChildProcess;
  let sshd: Sshd;
  const root = (host: string) => join(muster.folder, host);
  const kit = () => join(muster.folder, 'config/images/kit');
  const blobsOf = (host: string) => join(library(root(host)).folder, 'blobs');

  before(async () => {
    muster = await openMuster({});
    sshd = await startSshd([`SetEnv HOME=${muster.folder}`]);
    const { port, user, keyFile, hostKeys } = sshd;
    const far = { link: 'ssh', address: '127.0.0.1', port, user, keyFile, hostKey: hostKeys.ed25519 };
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        'hosts:',
        `  local: {link: local, root: ${root('local')}}`,
        `  far: ${JSON.stringify({ ...far, root: root('far') })}`,
        'boot: {host: local, start: false}',
        '',
      ].join('\n'),
    });
    await mkdir(kit(), { recursive: true });
    await writeFile(
      join(muster.folder, 'config/images/small.yml'),
      'builder: script\ngate: []\nscript: {folder: kit, run: build.sh, outputs: {squashfs: root}}\n',
    );
    await script('true');
    manager = await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await sshd?.close();
  });

  test('is built there, line by line, and lies where machines boot from in the end', async () => {
    await script(content('first'));
    const { exit, events, result } = await build();
    assert.equal(exit, 0, result.text);
    assert.deepEqual(linesOf(events).slice(0, 2), ['first begun', 'first written']);
    assert.equal(await newest(), 1);
    assert.deepEqual(await readdir(library(root('far')).workshop('.')), []);
    // There it is a candidate still, and is not built again.
    const again = await build();
    assert.doesNotMatch(linesOf(again.events).join(), /begun/);
    assert.equal(await newest(), 1);
  });

  test('is not built where the connection is lost meanwhile, of which nothing is left; the next build goes through', async () => {
    await script(`echo waiting; sleep 1000`);
    const { run, result } = await struck(async (events) => linesOf(events).includes('waiting'), cut);
    assert.deepEqual([result.status, result.code], ['failed', 'host.unreachable']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await newest(), 1);
    await script(content('second'));
    assert.equal((await build()).exit, 0);
    assert.equal(await newest(), 2);
    assert.deepEqual(await readdir(library(root('far')).workshop('.')), []);
  });

  test('leaves no process and no file there where its build is cancelled', async () => {
    await script(`(trap "" TERM; sleep 1000) & echo half >"$1/root"; echo waiting; wait`);
    const cancel = async (run: string) => void (await muster.say(`/cancel ${run}`));
    const { run, result } = await struck(async (events) => linesOf(events).includes('waiting'), cancel);
    assert.equal(result.status, 'cancelled');
    assert.deepEqual(await markedBy(run), []);
    assert.deepEqual(await readdir(library(root('far')).workshop('.')), []);
    assert.equal(await newest(), 2);
  });

  test('is no version where the connection is lost while it travels, and travels with the next build', async () => {
    await script(content('third'));
    const { run, result } = await struck(await travels(), cut);
    assert.deepEqual([result.status, result.code], ['failed', 'host.unreachable']);
    assert.deepEqual(await markedBy(run), []);
    assert.equal(await newest(), 2);
    assert.deepEqual(
      (await readdir(blobsOf('local'))).filter((name) => name.startsWith('.')),
      [],
    );
    const again = await build();
    assert.equal(again.exit, 0, again.result.text);
    assert.doesNotMatch(linesOf(again.events).join(), /begun/);
    assert.equal(await newest(), 3);
  });

  test('is one version where Muster is killed while it travels, and again in the moment in which its manifest appears', async () => {
    await script(content('fourth'));
    const versions = watch(join(library(root('local')).folder, 'versions'));
    versions.on('change', (_, name) => {
      if (/^small@.*\.4\.json$/.test(`${name}`)) manager.kill('SIGKILL');
    });
    const { run } = await struck(await travels(), () => kill(manager));
    manager = await muster.start();
    await waitFor('the second blow', () => manager.signalCode !== null);
    versions.close();
    manager = await muster.start();
    const [outcome, ...others] = await waitFor('the run to end', async () => {
      const found = await outcomesOf(run);
      return found.length > 0 && found;
    });
    assert.deepEqual([outcome?.status, others], ['succeeded', []]);
    assert.equal(await newest(), 4);
    assert.deepEqual(await markedBy(run), []);
    assert.deepEqual(await readdir(library(root('far')).workshop('.')), []);
  });

  const build = () => muster.say('/build image small --on far');

  /** Says the line, and strikes once when it is time. */
  async function struck(
    time: (events: readonly SayEvent[]) => Promise<boolean>,
    strike: (run: string) => Promise<void>,
  ): Promise<{ run: string; result: Said['result'] }> {
    const events: SayEvent[] = [];
    let run = '';
    const said = muster.say('/build image small --on far', (event) => {
      events.push(event);
      if (event.type === 'run') run = event.run;
    });
    said.catch(() => {});
    await waitFor('the time to strike', () => time(events));
    await strike(run);
    const result = await said.then(
      (end) => end.result,
      () => ({ type: 'result', text: '' }) as Said['result'],
    );
    return { run, result };
  }

  /** Whether a blob is on its way: some of it is there, without a name, that was not there before. */
  async function travels(): Promise<() => Promise<boolean>> {
    const unfinished = async () => (await readdir(blobsOf('local'))).filter((name) => name.startsWith('.'));
    const before = new Set(await unfinished());
    return async () => {
      const names = (await unfinished()).filter((name) => !before.has(name));
      const found = names.map((name) => stat(join(blobsOf('local'), name)).catch(() => undefined));
      return (await Promise.all(found)).some((file) => (file?.size ?? 0) > 0);
    };
  }

  async function cut(): Promise<void> {
    for (const pid of await sshd.serving()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself in this moment.
      }
    }
  }

  async function script(text: string): Promise<void> {
    await writeFile(join(kit(), 'build.sh'), `#!/bin/sh\n${text}\n`);
    await chmod(join(kit(), 'build.sh'), 0o755);
  }

  /** How many versions there are; every one of them is whole. */
  async function newest(): Promise<number> {
    const { result } = await muster.say('/image show small');
    const [version = '', number = '0'] = /small@[\d-]+\.(\d+)/.exec(result.text) ?? [];
    const place = library(root('local'));
    const manifests = await readdir(join(place.folder, 'versions'));
    assert.equal(manifests.filter((name) => name.endsWith('.json')).length, Number(number));
    const manifest = Manifest.parse(JSON.parse(await readFile(place.manifest(version), 'utf8')));
    const { sha256 = '', bytes } = manifest.parts.squashfs ?? {};
    assert.deepEqual([(await stat(place.blob(sha256))).size, bytes], [BYTES, BYTES]);
    assert.ok((await readFile(place.blob(sha256))).equals(await readFile(library(root('far')).blob(sha256))));
    return Number(number);
  }

  async function outcomesOf(run: string): Promise<{ status: string }[]> {
    const { stdout } = await muster.run('audit', 'export');
    const records = stdout
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));
    return records.filter((record) => record.run === run && record.kind === 'outcome');
  }
});

async function kill(process: ChildProcess): Promise<void> {
  process.kill('SIGKILL');
  await ended(process);
}

/** A script that makes a root file system of a word. */
const content = (word: string): string =>
  `echo ${word} begun; yes ${word} | head -c ${BYTES} >"$1/root"; echo ${word} written`;

const linesOf = (events: readonly SayEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'lines' ? event.lines : []));
