import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { App } from '../../../src/config/config.ts';
import { deployPlan, logsPlan, rollbackPlan } from '../../../src/jobs/plans/deploy.ts';
import type { Shell } from '../../../src/shell.ts';
import { lacksEngine, startEngine, type TestEngine } from '../../engine.ts';
import { TestRepository } from '../../repository.ts';
import { type Place, stateInMemory, walk } from './walk.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url).pathname;
const skip = lacksEngine('git', 'docker-compose');

describe('an app on a real engine', { skip }, () => {
  let engine: TestEngine;
  let shell: Shell;
  let place: Place;
  let repository: TestRepository;
  let port: number;
  let settings: App;
  let runs = 0;

  const example = (name: string, path: string) =>
    readFileSync(join(EXAMPLES, name, path), 'utf8').replace('"8080:8080"', `"127.0.0.1:${port}:8080"`);
  const page = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  const containers = () => engine.docker('ps', '--all', '--format', '{{.Names}} {{.Status}}');
  const images = async () =>
    (await engine.docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'muster-hello-*'))
      .trim()
      .split('\n')
      .sort();
  const nextRun = () => {
    runs += 1;
    return `r-t${runs}`;
  };
  const deploy = (
    ref: string,
    options: Parameters<typeof walk>[3] & { origin?: string; run?: string } = {},
  ) => {
    const commit = /^[0-9a-f]{40}$/.test(ref) ? ref : repository.git('rev-parse', `${ref}^{commit}`);
    const parts = { app: 'hello', settings, folder: engine.root, ref, commit, hosts: ['local'] };
    const plan = { ...deployPlan(parts), origin: options.origin };
    return walk(plan, options.run ?? nextRun(), place, options);
  };
  const live = async () =>
    (await place.state.get('generations/hello', 'local')) as {
      current: string;
      list: { generation: string; commit: string; ref: string }[];
    };
  const rollback = async () => {
    const { current, list } = await live();
    const before = list[list.findIndex((entry) => entry.generation === current) - 1];
    assert.ok(before);
    const back = [{ host: 'local', ...before }];
    return walk(rollbackPlan({ app: 'hello', settings, back }), nextRun(), place);
  };

  before(async () => {
    engine = await startEngine();
    shell = localShell({ host: 'local' });
    place = {
      shell,
      root: join(engine.root, 'muster'),
      tools: { docker: { socket: engine.socket } },
      state: stateInMemory(),
    };
    port = await freePort();
    repository = new TestRepository(join(engine.root, 'hello'));
    const files = ['compose.yaml', 'Dockerfile', 'www/index.html'];
    repository.commit('main', Object.fromEntries(files.map((path) => [path, example('hello', path)])));
    repository.git('tag', '--annotate', '--message', 'v1', 'v1');
    repository.commit('bad', { Dockerfile: example('hello.bad', 'Dockerfile') });
    repository.commit('main', { 'www/index.html': 'the second page' });
    settings = App.parse({ repository: 'hello', hosts: ['local'], healthy: '30s', keep: 1 });
  });
  after(async () => {
    await shell?.close();
    await engine?.stop();
  });

  it('says that it is not deployed when its log is asked for', async () => {
    const { error } = await walk(logsPlan({ app: 'hello', hosts: ['local'] }), nextRun(), place);
    assert.equal(error?.code, 'app.notdeployed');
  });

  it('leaves nothing running where the first deploy fails', async () => {
    const { error, failed } = await deploy('bad');
    assert.equal(failed, 'deploy.healthy');
    assert.equal(error?.code, 'app.unhealthy');
    assert.equal(await containers(), '');
    assert.equal(await live(), undefined);
  });

  it('is built, started, waited for and kept', async () => {
    const { error, lines, shares } = await deploy('v1', { run: 'r-first' });
    assert.equal(error, undefined);
    assert.ok(lines.some((line) => line.startsWith('Step 1/')));
    assert.ok(shares.length > 1 && shares.every((share) => share >= 0 && share <= 1));
    assert.match(await page(), /Hello from your own cloud/);
    assert.equal((await live()).current, 'r-first');
    assert.equal(readlinkSync(join(place.root, 'apps/hello/current')), 'generations/r-first');
    const [container] = JSON.parse(
      await engine.docker('inspect', (await engine.docker('ps', '--quiet')).trim()),
    );
    assert.equal(container.Config.Image, 'muster-hello-web:r-first');
    assert.equal(container.Config.Labels['muster.app'], 'hello');
    assert.equal(container.Config.Labels['muster.generation'], 'r-first');
    assert.equal(container.Config.Labels['muster.run'], 'r-first');
  });

  it('keeps what it runs to itself', () => {
    const folder = join(place.root, 'apps/hello/generations/r-first');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(join(folder, 'compose.yaml')).mode & 0o777, 0o600);
  });

  it('changes nothing when the same run is done again', async () => {
    const before = await engine.docker('ps', '--quiet', '--no-trunc');
    const { error } = await deploy('v1', { run: 'r-first' });
    assert.equal(error, undefined);
    assert.equal(await engine.docker('ps', '--quiet', '--no-trunc'), before);
    assert.equal((await live()).list.length, 1);
  });

  it('goes on with the generation before where a new one does not get healthy', async () => {
    const { error, failed, notes } = await deploy('bad', { run: 'r-bad' });
    assert.equal(failed, 'deploy.healthy');
    assert.equal(error?.code, 'app.unhealthy');
    assert.match(error?.message ?? '', /^hello did not get healthy on local: web: .*404 Not Found/);
    assert.ok((error?.lines?.length ?? 0) > 0 && (error?.lines?.length ?? 0) <= 20);
    assert.ok(error?.lines?.some((line) => line.includes('response:404')));
    assert.ok(notes.some((note) => /^hello v1 \([0-9a-f]{7}\) is back on local$/.test(note)));
    assert.match(await page(), /Hello from your own cloud/);
    assert.equal((await live()).current, 'r-first');
    assert.match(await containers(), /^\S+ Up \d+ seconds? \(healthy\)\n$/);
  });

  it('uses again what a failed run left when it is tried again', async () => {
    const { failed, lines } = await deploy('bad', { origin: 'r-bad' });
    assert.equal(failed, 'deploy.healthy');
    assert.ok(lines.filter((line) => line.includes('Using cache')).length >= 3);
    assert.match(await page(), /Hello from your own cloud/);
  });

  it('is replaced by a newer commit', async () => {
    const { error } = await deploy('main', { run: 'r-second' });
    assert.equal(error, undefined);
    assert.equal(await page(), 'the second page');
    assert.deepEqual(await images(), ['muster-hello-web:r-first', 'muster-hello-web:r-second']);
    assert.deepEqual(readdirSync(join(place.root, 'apps/hello/generations')).sort(), ['r-first', 'r-second']);
  });

  it('is rolled back to the generation before', async () => {
    const { error } = await rollback();
    assert.equal(error, undefined);
    assert.match(await page(), /Hello from your own cloud/);
    const { current, list } = await live();
    assert.equal(current, 'r-first');
    assert.deepEqual(
      list.map((entry) => entry.generation),
      ['r-second', 'r-first'],
    );
  });

  it('forgets what is too old: files, images and commits, but never the live one or the one before', async () => {
    const { error } = await deploy('main', { run: 'r-third' });
    assert.equal(error, undefined);
    assert.deepEqual(await images(), ['muster-hello-web:r-first', 'muster-hello-web:r-third']);
    assert.deepEqual(readdirSync(join(place.root, 'apps/hello/generations')).sort(), ['r-first', 'r-third']);
    const refs = execFileSync('git', [
      ...['--git-dir', join(place.root, 'apps/hello/repo.git')],
      ...['for-each-ref', '--format=%(refname)', 'refs/muster'],
    ]);
    assert.equal(refs.toString().trim().split('\n').length, 2);
  });

  it('says so where the generation to go back to is no longer there', async () => {
    const entry = (await live()).list[0];
    assert.ok(entry);
    await engine.docker('rmi', `muster-hello-web:${entry.generation}`);
    const { error, failed } = await rollback();
    assert.equal(failed, 'deploy.start');
    assert.equal(error?.code, 'app.gone');
    assert.equal(await page(), 'the second page');
  });

  it('shows its log, the last lines, filtered', async () => {
    await page();
    const plan = logsPlan({ app: 'hello', hosts: ['local'], grep: 'RESPONSE:200', tail: 3, since: 60_000 });
    const { error, lines } = await walk(plan, nextRun(), place);
    assert.equal(error, undefined);
    assert.ok(lines.length >= 1 && lines.length <= 3);
    assert.ok(lines.every((line) => /^web \| .*response:200/.test(line)));
  });

  it('follows its log until it is stopped', async () => {
    const control = new AbortController();
    const plan = logsPlan({ app: 'hello', hosts: ['local'], follow: true, grep: 'response:404' });
    const walking = walk(plan, nextRun(), place, {
      signal: control.signal,
      onLine: () => control.abort(),
    });
    const asking = setInterval(() => void fetch(`http://127.0.0.1:${port}/followed`).catch(() => {}), 200);
    const { lines } = await walking.finally(() => clearInterval(asking));
    assert.match(lines[0] ?? '', /^web \| .*response:404/);
  });

  it('is not touched by a build that fails, whose container is removed', async () => {
    repository.commit('broken', { Dockerfile: 'FROM muster/base\nRUN echo it is broken; exit 3\n' });
    const { error, failed } = await deploy('broken');
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'shell.exit');
    assert.ok(error?.lines?.includes('it is broken'));
    assert.equal((await containers()).split('\n').length, 2);
    assert.equal(await page(), 'the second page');
  });

  it('is not touched by a build that is cancelled, of which nothing survives', async () => {
    repository.commit('slow', { Dockerfile: 'FROM muster/base\nRUN echo it is slow; sleep 600\n' });
    const control = new AbortController();
    const { error, failed } = await deploy('slow', {
      run: 'r-slow',
      signal: control.signal,
      onLine: (line) => line === 'it is slow' && control.abort(),
    });
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'shell.aborted');
    assert.equal((await containers()).split('\n').length, 2);
    assert.deepEqual(await shell.sweep('r-slow'), []);
    assert.equal(await page(), 'the second page');
  });

  it('names the base image, and how to get it, where it is not there', async () => {
    repository.commit('based', { Dockerfile: 'FROM muster/base:none\nRUN true\n' });
    const { error } = await deploy('based');
    assert.equal(error?.code, 'image.missing');
    assert.equal(error?.message, 'the image muster/base:none is not on local');
    assert.equal(error?.hint, '/build base');
  });

  it('names the image it cannot pull, before anything is touched', async () => {
    repository.commit('pulled', { 'compose.yaml': 'services:\n  web:\n    image: 127.0.0.1:1/nothing\n' });
    const { error, failed } = await deploy('pulled');
    assert.equal(failed, 'deploy.build');
    assert.equal(error?.code, 'image.missing');
    assert.equal(await page(), 'the second page');
  });

  it('says what it cannot start, and goes on as before', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address() as { port: number };
    repository.commit('taken', {
      'compose.yaml': example('hello', 'compose.yaml').replace(`:${port}:`, `:${address.port}:`),
    });
    const { error, failed } = await deploy('taken');
    taken.close();
    assert.equal(failed, 'deploy.start');
    assert.equal(error?.code, 'app.unhealthy');
    assert.match(error?.message ?? '', /web: .*address already in use/);
    assert.equal(await page(), 'the second page');
  });

  it('counts a job that has ended well as done, and one that ended badly as not', async () => {
    const job = (code: number) => ({
      'compose.yaml': `services:\n  job:\n    image: muster/base\n    command: [sh, -c, "echo did it; exit ${code}"]\n`,
    });
    repository.commit('job', job(3));
    const bad = await deploy('job');
    assert.match(bad.error?.message ?? '', /job: it ended with code 3/);
    assert.deepEqual(bad.error?.lines, ['did it']);
    repository.commit('job', job(0));
    assert.equal((await deploy('job')).error, undefined);
  });

  it('notices one that keeps restarting', async () => {
    repository.commit('loop', {
      'compose.yaml':
        'services:\n  loop:\n    image: muster/base\n    restart: always\n    command: [sh, -c, "exit 7"]\n',
    });
    const { error } = await deploy('loop');
    assert.match(error?.message ?? '', /loop: it keeps restarting \(it ended with code 7\)/);
  });

  it('says how long it waited where its time is up', async () => {
    settings = { ...settings, healthy: 1_500 };
    repository.commit('late', {
      'compose.yaml': example('hello', 'compose.yaml')
        .replace('127.0.0.1:8080/"]', '127.0.0.1:1/"]')
        .replace('retries: 3', 'retries: 300'),
    });
    const { error } = await deploy('late');
    assert.match(error?.message ?? '', /after 2 s, web: its healthcheck has not passed yet$/);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
