import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { Alerts } from '../../../src/jobs/alerts/alerts.ts';
import { Life } from '../../../src/jobs/alerts/life.ts';
import { beating, Seen } from '../../../src/jobs/alerts/seen.ts';
import { DeadMansSwitch } from '../../../src/jobs/alerts/switch.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const S = 1_000;

describe('the dead-man’s switch', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let seen: Seen;
  let alerts: Alerts;
  let platforms: { name: string; pulse: number }[];
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  beforeEach(async () => {
    server = await startRedis();
    seen = new Seen(server.connect());
    alerts = new Alerts({ redis: server.connect(), scrubber: new Scrubber() });
    platforms = [];
  });
  afterEach(() => server.stop());

  const watcher = () =>
    new DeadMansSwitch({
      alerts,
      seen,
      self: 'manager/self',
      platforms: () => platforms,
      hosts: () => new Set(['web-1', 'web-2']),
      log,
      patience: {
        every: 2 * S,
        worker: 15 * S,
        manager: 15 * S,
        hub: 15 * S,
        platform: 60 * S,
        mute: 60 * S,
      },
    });
  /** Looks every two seconds for so long; meanwhile these give signs. */
  const pass = async (one: DeadMansSwitch, ms: number, ...alive: string[]) => {
    for (let passed = 0; passed < ms; passed += 2 * S) {
      for (const name of alive) await seen.beat(name, { where: 'm1', hosts: ['web-1'] });
      await one.look(2 * S);
    }
  };
  const raised = async () => [...(await alerts.raised())].sort();
  const worker = (name: string, ...hosts: string[]) => seen.beat(`worker/${name}`, { where: 'm1', hosts });

  test('misses a worker that gives no sign for its time, host by host, and not one that does', async () => {
    const one = watcher();
    await worker('a', 'web-1', 'web-2');
    await worker('b', 'web-1');
    await one.look(0);
    await pass(one, 14 * S, 'worker/b');
    assert.deepEqual(await raised(), []);
    await pass(one, 2 * S, 'worker/b');
    assert.deepEqual(await raised(), ['worker/a/web-1', 'worker/a/web-2']);
    await worker('a', 'web-1', 'web-2');
    await pass(one, 2 * S, 'worker/b');
    assert.deepEqual(await raised(), []);
  });

  test('misses a hub that gives no sign for its time, and not one that another one came for', async () => {
    const one = watcher();
    await seen.beat('hub/a', { where: 'm3, process 7' });
    await one.look(0);
    await pass(one, 14 * S);
    assert.deepEqual(await raised(), []);
    await pass(one, 2 * S);
    assert.deepEqual(await raised(), ['hub/a']);
    const [group] = await alerts.all();
    assert.equal(group?.members['hub/a']?.subject, 'hub/m3');
    await pass(one, 2 * S, 'hub/b');
    assert.deepEqual([await raised(), (await seen.all()).map(({ name }) => name)], [[], ['hub/b']]);
  });

  test('does not miss a worker that took its leave', async () => {
    const one = watcher();
    const heart = beating({ seen, name: 'worker/a', facts: { hosts: ['web-1'] }, every: 10, log });
    await pass(one, 60 * S, 'worker/b');
    await heart.stop();
    await seen.leave('worker/b');
    await pass(one, 60 * S);
    assert.deepEqual([await raised(), await seen.all()], [[], []]);
  });

  test('takes a worker that joins later on the same hosts for the lost one, but not one that was there before', async () => {
    const one = watcher();
    await worker('old', 'web-1');
    await worker('beside', 'web-1');
    await worker('old', 'web-1');
    await one.look(0);
    await pass(one, 16 * S, 'worker/beside');
    assert.deepEqual(await raised(), ['worker/old/web-1']);
    await worker('elsewhere', 'web-2');
    await pass(one, 2 * S, 'worker/beside');
    assert.deepEqual(await raised(), ['worker/old/web-1']);
    await worker('new', 'web-1');
    await pass(one, 2 * S, 'worker/beside');
    assert.deepEqual(await raised(), []);
    assert.ok(!(await seen.all()).some(({ name }) => name === 'worker/old'));
  });

  test('accuses nobody when it starts, and goes on accusing whom an earlier watcher did', async () => {
    await worker('a', 'web-1');
    const first = watcher();
    await first.look(0);
    await pass(first, 16 * S);
    assert.deepEqual(await raised(), ['worker/a/web-1']);
    await worker('b', 'web-2');
    const second = watcher();
    await second.look(0);
    assert.deepEqual(await raised(), ['worker/a/web-1']);
    await worker('a', 'web-1');
    await second.look(2 * S);
    assert.deepEqual(await raised(), []);
  });

  test('does not miss hosts that are no more, and not itself', async () => {
    const one = watcher();
    await worker('a', 'gone');
    await seen.beat('manager/self', { where: 'm1' });
    await seen.beat('manager/other', { where: 'm2, process 7' });
    await one.look(0);
    await pass(one, 20 * S);
    assert.deepEqual(await raised(), ['manager/other']);
    const [group] = await alerts.all();
    assert.equal(group?.members['manager/other']?.subject, 'manager/m2');
  });

  test('misses a chat service from its start, counts the time between its signs, and hears when it is back', async () => {
    platforms = [{ name: 'telegram', pulse: 25 * S }];
    const one = watcher();
    const life = new Life({ seen, log });
    await one.look(0);
    await pass(one, 84 * S);
    assert.deepEqual(await raised(), []);
    await pass(one, 2 * S);
    assert.deepEqual(await raised(), ['platform/telegram']);
    life.heard('telegram');
    while ((await seen.all()).length === 0);
    await pass(one, 2 * S);
    assert.deepEqual(await raised(), []);
    platforms = [];
    await pass(one, 200 * S);
    assert.deepEqual(await raised(), []);
  });

  test('misses a chat service in which nothing can be said, until something can; a try that fails again is no sign', async () => {
    platforms = [{ name: 'slack', pulse: 5 * S }];
    const one = watcher();
    const signs = async () => (await seen.all()).map(({ name }) => name).sort();
    const life = new Life({ seen, log });
    await seen.beat('platform/slack');
    life.reached('slack', false);
    while (!(await signs()).includes('mute/slack'));
    await one.look(0);
    await pass(one, 40 * S, 'platform/slack');
    // Another process speaks from now on, and cannot either.
    new Life({ seen, log }).reached('slack', false);
    await pass(one, 20 * S, 'platform/slack');
    assert.deepEqual(await raised(), ['platform/slack']);
    assert.match((await alerts.all())[0]?.members['platform/slack']?.summary ?? '', /nothing can be said/);
    const next = watcher();
    await pass(next, 2 * S, 'platform/slack');
    assert.match((await alerts.all())[0]?.members['platform/slack']?.summary ?? '', /nothing can be said/);
    life.reached('slack', true);
    while ((await signs()).includes('mute/slack'));
    await pass(next, 2 * S, 'platform/slack');
    assert.deepEqual(await raised(), []);
  });

  test('does not count time in which it slept itself', async () => {
    await worker('a', 'web-1');
    const stop = new AbortController();
    let looks = 0;
    const one = new DeadMansSwitch({
      alerts,
      seen: {
        leave: async () => {},
        // Each look takes longer than the patience, as if the machine were asleep meanwhile.
        all: async () => {
          for (const end = performance.now() + 400; performance.now() < end; );
          looks += 1;
          if (looks === 6) stop.abort();
          return seen.all();
        },
      },
      self: 'manager/self',
      platforms: () => [],
      hosts: () => new Set(['web-1']),
      log,
      patience: { every: 20, worker: 300 },
    });
    await one.run(stop.signal);
    assert.equal(looks, 6);
    assert.deepEqual(await raised(), []);
  });
});
