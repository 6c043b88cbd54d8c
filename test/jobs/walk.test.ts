import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { MusterError } from '../../src/errors.ts';
import type { Shell } from '../../src/shell.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { type Hall, idleShell, openHall, workStep } from './hall.ts';

describe('a run', () => {
  let server: TestRedis;
  let hall: Hall;
  const log: string[] = [];
  const undone: string[] = [];
  const hold = new Map<string, () => void>();
  const acts = {
    a: async () => void log.push('a'),
    b: async () => void log.push('b'),
    fail: async () => {
      throw new MusterError('engine.down', { host: 'web-1' });
    },
    wait: (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        log.push('wait');
        hold.set('wait', resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    hang: () => new Promise<void>(() => {}),
    secret: async (_: AbortSignal, line: (text: string) => void) => line('password=hunter22 ok'),
  };
  let tries = 0;
  const work = workStep(acts, undone);
  const read = workStep(acts, undone, { name: 'test.read', lane: 'read' });
  const build = workStep(acts, undone, { name: 'test.build', lane: 'build' });
  const quick = workStep(acts, undone, { name: 'test.quick', timeout: '200ms' });
  const flaky = workStep(
    {
      flake: async () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
      },
    },
    undone,
    { name: 'test.flaky', retry: { times: 3, pause: '10ms' } },
  );
  const patient = workStep(acts, undone, { name: 'test.patient', retry: { times: 3, pause: '1s' } });
  /** On web-5 something survives every sweep. */
  const shells = (host: string): Shell => {
    const survivors = host === 'web-5' ? [{ pid: 4711, command: 'sleep 60' }] : [];
    const shell: Shell = { ...idleShell(host), marked: () => shell, sweep: async () => survivors };
    return shell;
  };
  before(async () => {
    server = await startRedis();
    hall = openHall(server, [work, read, build, quick, flaky, patient], shells);
  });
  after(async () => {
    await hall.close();
    await server.stop();
  });
  const on = (act: string, host = 'web-1', step = work) => step({ host, act });

  test('walks its stages in order and ends once, as succeeded', async () => {
    const run = await hall.submit([
      { name: 'one', steps: [on('a')] },
      { name: 'two', steps: [on('b')] },
    ]);
    const end = await hall.ended(run);
    assert.equal(end.status, 'succeeded');
    assert.deepEqual(log.splice(0), ['a', 'b']);
    const events = await hall.runs.history(run);
    assert.equal(events.filter((event) => event.type === 'ended').length, 1);
    assert.equal(events[0]?.type, 'accepted');
  });

  test('is accepted once, however often the same line is delivered', async () => {
    const stages = [{ name: 'one', steps: [on('a')] }];
    await Promise.all([1, 2, 3].map(() => hall.submit(stages, { id: 'r-again1' })));
    await hall.ended('r-again1');
    await hall.submit(stages, { id: 'r-again1' });
    await sleep(100);
    assert.deepEqual(log.splice(0), ['a']);
  });

  test('takes back what it did, last first, when a stage fails', async () => {
    const run = await hall.submit([
      { name: 'one', steps: [on('a')] },
      { name: 'two', steps: [on('b')] },
      { name: 'three', steps: [on('fail')] },
      { name: 'four', steps: [on('a')] },
    ]);
    const end = await hall.ended(run);
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'engine.down');
    assert.deepEqual(undone.splice(0), ['fail', 'b', 'a']);
    assert.deepEqual(log.splice(0), ['a', 'b']);
  });

  test('tries a step again only as often as the step allows', async () => {
    const end = await hall.ended(
      await hall.submit([{ name: 'one', steps: [flaky({ host: 'web-1', act: 'flake' })] }]),
    );
    assert.equal(end.status, 'succeeded');
    assert.equal(tries, 3);
  });

  test('goes on when its step is through on every host, and goes back on all where one fails', async () => {
    const everywhere = (act: string) => ['web-1', 'web-2', 'web-3'].map((host) => on(act, host));
    const good = await hall.submit([
      { name: 'one', steps: everywhere('a') },
      { name: 'two', steps: everywhere('b') },
    ]);
    assert.equal((await hall.ended(good)).status, 'succeeded');
    assert.deepEqual(log.splice(0), [...'aaabbb']);
    const bad = await hall.submit([
      { name: 'one', steps: everywhere('a') },
      { name: 'two', steps: [on('b'), on('fail', 'web-2')] },
      { name: 'three', steps: everywhere('b') },
    ]);
    assert.equal((await hall.ended(bad)).error?.code, 'engine.down');
    assert.deepEqual(log.splice(0), [...'aaab']);
    assert.deepEqual(undone.slice(0, 2).sort(), ['b', 'fail']);
    assert.deepEqual(undone.splice(0).slice(2), [...'aaa']);
  });

  test('is walked on once when many steps of a stage are through, not by each of them', async () => {
    const redis = server.connect();
    const walks = async () => Number(await redis.get('{muster}:runs:id'));
    const wide = { name: 'wide', steps: Array.from({ length: 30 }, (_, host) => on('a', `wide-${host}`)) };
    const before = await walks();
    const run = await hall.submit([wide, { name: 'one', steps: [on('b')] }]);
    assert.equal((await hall.ended(run)).status, 'succeeded');
    assert.equal(log.splice(0).length, 31);
    assert.ok((await walks()) - before < 5);
  });

  test('goes on where its step vanished from the queue, or is through and left no outcome, and fails where BullMQ gave it up', async () => {
    const redis = server.connect();
    const lane = new Queue('host.web-9.change', { connection: redis, prefix: '{muster}' });
    await lane.pause();
    const waits = async (run: string, direction = 'do') => {
      while (!(await lane.getJob(`${run}.${direction}.0.0`))) await sleep(10);
    };
    const vanished = await hall.submit([{ name: 'one', steps: [on('a', 'web-9')] }]);
    await waits(vanished);
    await lane.remove(`${vanished}.do.0.0`);
    const lost = await hall.submit([{ name: 'one', steps: [on('b', 'web-9')] }]);
    await waits(lost);
    await redis.hset(`{muster}:host.web-9.change:${lost}.do.0.0`, {
      finishedOn: Date.now(),
      failedReason: 'job stalled more than allowable limit',
    });
    const astray = await hall.submit([{ name: 'one', steps: [on('a', 'web-9')] }]);
    const through = await hall.submit([{ name: 'one', steps: [on('a', 'web-9')] }]);
    for (const run of [astray, through]) {
      await waits(run);
      await redis.lrem('{muster}:host.web-9.change:paused', 1, `${run}.do.0.0`);
      await redis.lrem('{muster}:host.web-9.change:wait', 1, `${run}.do.0.0`);
    }
    await redis.zadd('{muster}:host.web-9.change:completed', Date.now(), `${through}.do.0.0`);
    await hall.recover();
    await waits(vanished);
    await waits(lost, 'undo');
    for (const run of [astray, through])
      while ((await (await lane.getJob(`${run}.do.0.0`))?.getState()) !== 'waiting') await sleep(10);
    await lane.remove(`${lost}.do.0.0`);
    await lane.resume();
    assert.equal((await hall.ended(lost)).error?.code, 'step.interrupted');
    for (const run of [vanished, astray, through]) assert.equal((await hall.ended(run)).status, 'succeeded');
    assert.deepEqual(log.splice(0), ['a', 'a', 'a']);
    undone.splice(0);
    await lane.close();
  });

  test('is cancelled while a step runs, and undone', async () => {
    const run = await hall.submit([
      { name: 'one', steps: [on('a')] },
      { name: 'two', steps: [on('wait')] },
    ]);
    while (!log.includes('wait')) await sleep(10);
    await hall.runs.cancel(run, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    const end = await hall.ended(run);
    assert.equal(end.status, 'cancelled');
    assert.deepEqual(undone.splice(0), ['wait', 'a']);
    log.splice(0);
  });

  test('waits for the lock that another run holds, and says who holds it', async () => {
    const first = await hall.submit([{ name: 'one', steps: [on('wait')] }], { locks: ['app/shop'] });
    while (!log.includes('wait')) await sleep(10);
    const second = await hall.submit([{ name: 'one', steps: [on('b', 'web-2')] }], { locks: ['app/shop'] });
    const third = await hall.submit([{ name: 'one', steps: [on('a', 'web-2')] }], {
      locks: ['app/shop', 'app/blog'],
    });
    await sleep(50);
    const blocked = (await hall.runs.history(second)).find((event) => event.type === 'blocked');
    assert.equal(blocked?.type === 'blocked' && blocked.holder, first);
    assert.deepEqual(log, ['wait']);
    hold.get('wait')?.();
    await hall.ended(third);
    assert.equal((await hall.runs.get(second)).status, 'succeeded');
    assert.deepEqual(log.splice(0), ['wait', 'b', 'a']);
  });

  test('that waits for a lock is cancelled at once', async () => {
    const first = await hall.submit([{ name: 'one', steps: [on('wait')] }], { locks: ['app/shop'] });
    while (!log.includes('wait')) await sleep(10);
    const second = await hall.submit([{ name: 'one', steps: [on('b')] }], { locks: ['app/shop'] });
    await hall.runs.cancel(second, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    assert.equal((await hall.ended(second)).status, 'cancelled');
    hold.get('wait')?.();
    await hall.ended(first);
    assert.deepEqual(log.splice(0), ['wait']);
  });

  test('whose step waits for its turn on the host is cancelled at once', async () => {
    const first = await hall.submit([{ name: 'one', steps: [on('wait')] }]);
    while (!log.includes('wait')) await sleep(10);
    const second = await hall.submit([
      { name: 'one', steps: [on('a', 'web-2')] },
      { name: 'two', steps: [on('b')] },
    ]);
    while (!log.includes('a')) await sleep(10);
    await sleep(100);
    await hall.runs.cancel(second, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    assert.equal((await hall.ended(second)).summary, 'cancelled by max');
    assert.deepEqual(undone.splice(0), ['a']);
    assert.equal((await hall.runs.get(first)).status, 'running');
    hold.get('wait')?.();
    await hall.ended(first);
    assert.deepEqual(log.splice(0), ['wait', 'a']);
  });

  test('on one host does not wait for another host, nor a quick change for a long build', async () => {
    const long = await hall.submit([{ name: 'one', steps: [on('wait', 'web-1', build)] }]);
    while (!log.includes('wait')) await sleep(10);
    const others = [on('a', 'web-2'), on('b', 'web-1'), on('a', 'web-1', read)];
    for (const step of others)
      assert.equal(
        (await hall.ended(await hall.submit([{ name: 'one', steps: [step] }]))).status,
        'succeeded',
      );
    assert.equal((await hall.runs.get(long)).status, 'running');
    hold.get('wait')?.();
    await hall.ended(long);
    log.splice(0);
  });

  test('goes through stages in which there is nothing to do', async () => {
    const nothing = { name: 'nothing', steps: [] };
    const one = { name: 'one', steps: [on('a')] };
    assert.equal((await hall.ended(await hall.submit([nothing, one, nothing]))).status, 'succeeded');
    assert.equal((await hall.ended(await hall.submit([]))).status, 'succeeded');
    assert.deepEqual(log.splice(0), ['a']);
  });

  test('that is cancelled between two tries of a step takes back what the first one did', async () => {
    const run = await hall.submit([{ name: 'one', steps: [on('fail', 'web-4', patient)] }]);
    while ((await hall.runs.history(run)).length < 3) await sleep(10);
    await hall.runs.cancel(run, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    assert.equal((await hall.ended(run)).status, 'cancelled');
    assert.deepEqual(undone.splice(0), ['fail']);
  });

  test('that could not be ended on its host is not tried again, and says what is left there', async () => {
    const run = await hall.submit([{ name: 'one', steps: [on('wait', 'web-5', patient)] }]);
    while (!log.includes('wait')) await sleep(10);
    await hall.runs.cancel(run, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    const end = await hall.ended(run);
    assert.equal(end.status, 'failed');
    assert.match(end.summary, /sleep 60 \(4711\)/);
    assert.deepEqual(log.splice(0), ['wait']);
    undone.splice(0);
  });

  test('fails a step that takes longer than it may, and says how long that is', async () => {
    const end = await hall.ended(await hall.submit([{ name: 'one', steps: [on('wait', 'web-3', quick)] }]));
    assert.equal(end.status, 'failed');
    assert.match(end.summary, /longer than 200 ms/);
    log.splice(0);
    undone.splice(0);
  });

  test('shows no secret that a step printed', async () => {
    const run = await hall.submit([{ name: 'one', steps: [on('secret')] }]);
    await hall.ended(run);
    const text = JSON.stringify(await hall.runs.history(run));
    assert.match(text, /redacted/);
    assert.doesNotMatch(text, /hunter22/);
  });

  test('leaves an audit chain that verifies, until a record is edited', async () => {
    assert.equal((await hall.audit.verify()).problem, undefined);
    const redis = server.connect();
    const entry = (await redis.lindex('{muster}:audit', 2)) as string;
    await redis.lset('{muster}:audit', 2, entry.replace('reem', 'evil'));
    assert.match((await hall.audit.verify()).problem as string, /record 3 was edited/);
    await redis.lset('{muster}:audit', 2, 'torn');
    assert.match((await hall.audit.verify()).problem as string, /record 3 is not readable/);
    assert.ok((await hall.audit.latest(1_000)).length > 3, 'one torn record hides no other');
    await redis.lset('{muster}:audit', 2, entry);
    await redis.rpop('{muster}:audit');
    assert.match((await hall.audit.verify()).problem as string, /missing/);
  });
});
