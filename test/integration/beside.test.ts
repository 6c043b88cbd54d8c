/** More than one Muster process on a machine: strangers beside each other, managers on one Redis, a worker beside a manager. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { lacksEngine, startEngine, type TestEngine } from '../engine.ts';
import { startRedis } from '../redis.ts';
import { TestRepository } from '../repository.ts';
import { appFiles, letGo, oneHost, UNTIL_GO, waitingBuild } from './app.ts';
import { ended, openMuster, type TestMuster, unique } from './muster.ts';
import { outcomes } from './outcomes.ts';
import { markedBy, waitFor } from './wait.ts';

describe('several Muster processes', { skip: lacksEngine('docker-compose', 'git', 'redis-server') }, () => {
  let engine: TestEngine;
  const opened: TestMuster[] = [];
  let undo: (() => Promise<void>)[] = [];

  before(async () => {
    engine = await startEngine();
  });
  afterEach(async () => {
    for (const muster of opened.splice(0)) await muster.stop();
    for (const one of undo.reverse()) await one();
    undo = [];
  });
  after(() => engine?.stop());

  /** A Muster with these apps, each of which has a branch `slow`, whose build waits. */
  const open = async (apps: string[], environment: Record<string, string> = {}) => {
    const muster = await openMuster({}, environment);
    opened.push(muster);
    for (const app of apps) {
      const repository = new TestRepository(join(muster.folder, app));
      repository.commit('main', appFiles());
      // Unlike any other, as the engine builds nothing twice.
      repository.commit('slow', appFiles({ build: `${UNTIL_GO}; echo ${unique()}` }));
    }
    await muster.configure(oneHost(muster, engine, Object.fromEntries(apps.map((app) => [app, '']))));
    return muster;
  };
  /** Gives the line to a Muster, and its run as soon as there is one. */
  const begin = (muster: TestMuster, line: string) => {
    let told = (_: string) => {};
    const run = new Promise<string>((resolve) => {
      told = resolve;
    });
    return { run, said: muster.say(line, (event) => event.type === 'run' && told(event.run)) };
  };
  const ends = async (muster: TestMuster, run: string): Promise<string[]> =>
    waitFor(`${run} to end`, async () => (await outcomes(muster))[run]);

  test('with a configuration and a state each they know nothing of each other', async () => {
    const [one, two] = [await open(['left']), await open(['right'])];
    const [first] = [await one.start(), await two.start()];
    const slow = begin(two, '/deploy right slow');
    const building = await waitingBuild(engine);
    assert.equal((await one.say('/deploy left')).exit, 0);
    assert.doesNotMatch((await one.say('/status')).result.text, /right/);
    assert.match((await one.say('/deploy right')).result.text, /no app called right/);
    assert.match((await one.say(`/cancel ${await slow.run}`)).result.text, /no job/);

    first.kill('SIGTERM');
    assert.equal(await ended(first), 0);
    await letGo(engine, building);
    assert.equal((await slow.said).exit, 0);
    for (const muster of [one, two]) {
      assert.equal((await muster.run('audit', 'verify')).exit, 0);
      assert.deepEqual(Object.values(await outcomes(muster)), [['succeeded']]);
    }
  });

  test('two managers on one Redis share the work: one chain, one lock for an app, one end for each run', async () => {
    const redis = await startRedis();
    undo.push(() => redis.stop());
    const one = await open(['left', 'right'], { REDIS_URL: redis.socket });
    const two = await open([], { REDIS_URL: redis.socket });
    await two.configure(oneHost(one, engine, { left: '', right: '' }));
    const [first, second] = [await one.start(), await two.start()];

    const lines = ['/deploy left', '/deploy right', '/deploy left', '/status', '/deploy right', '/jobs'];
    const said = await Promise.all(lines.map((line, at) => (at % 2 === 0 ? one : two).say(line)));
    assert.deepEqual(
      said.map(({ exit }) => exit),
      lines.map(() => 0),
    );
    const runs = said.flatMap(({ result }) => result.run ?? []);
    assert.equal(runs.length, 4);
    assert.equal(said.filter(({ events }) => events.some(({ type }) => type === 'blocked')).length, 2);
    assert.match((await two.say(`/job ${runs[0]}`)).result.text, /● left main \([0-9a-f]{7}\) is live/);

    // Whichever of them works on it is killed; the other one takes it over.
    const slow = begin(two, '/deploy left slow');
    const run = await slow.run;
    const building = await waitingBuild(engine);
    const busy = (await markedBy(run)).flatMap(({ ancestors }) => ancestors);
    const victims = [first, second].filter(({ pid }) => busy.includes(pid as number));
    assert.equal(victims.length, 1);
    victims[0]?.kill('SIGKILL');
    await letGo(engine, await waitingBuild(engine, building));
    assert.deepEqual(await ends(one, run), ['succeeded']);
    assert.match((await slow.said).result.status, victims[0] === second ? /lost/ : /succeeded/);
    assert.deepEqual(await markedBy(run), []);
    for (const [id, statuses] of Object.entries(await outcomes(one)))
      assert.deepEqual(statuses, ['succeeded'], id);
    assert.match((await one.run('audit', 'verify')).stdout, /All \d+ audit records are intact/);
  });

  test('a worker serves its host, and the manager takes over in the middle of a build when it ends', async () => {
    const muster = await open(['hello']);
    const manager = await muster.start();
    const worker = await muster.worker('local');
    const slow = begin(muster, '/deploy hello slow');
    const run = await slow.run;
    const building = await waitingBuild(engine);
    await assertServedBy(worker, run);

    worker.kill('SIGTERM');
    assert.equal(await ended(worker), 0);
    const again = await waitingBuild(engine, building);
    await assertServedBy(manager, run);
    await letGo(engine, again);
    const { exit, result } = await slow.said;
    assert.equal(exit, 0, result.text);
    assert.deepEqual((await outcomes(muster))[run], ['succeeded']);
    assert.deepEqual(await markedBy(run), []);
  });
});

/** Every process of the run descends from this one. */
async function assertServedBy({ pid }: ChildProcess, run: string): Promise<void> {
  const marked = await markedBy(run);
  assert.notEqual(marked.length, 0);
  for (const { command, ancestors } of marked) assert.ok(ancestors.includes(pid as number), command);
}
