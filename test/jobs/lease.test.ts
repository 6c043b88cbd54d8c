import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lease } from '../../src/jobs/lease.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { until } from '../until.ts';

describe('a lease', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let holders: Set<string>;
  let most: number;
  const stops: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startRedis();
    holders = new Set();
    most = 0;
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
    await server.stop();
  });

  const hold = (name: string) => {
    const stop = new AbortController();
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    const redis = server.connect();
    const holding = new Lease({ redis, name: 'test', log }).hold(async (signal) => {
      holders.add(name);
      most = Math.max(most, holders.size);
      while (!signal.aborted) await sleep(10);
      holders.delete(name);
    }, stop.signal);
    const end = async () => {
      stop.abort();
      await holding;
    };
    stops.push(end);
    return { end, redis };
  };

  test('is held by one at a time, and goes on at once to the next when it is given back', async () => {
    const first = hold('first');
    await until(() => holders.has('first'));
    hold('second');
    await sleep(1_500);
    assert.deepEqual([...holders], ['first']);
    await first.end();
    await until(() => holders.has('second'));
    assert.equal(most, 1);
  });

  test('goes to another one when its holder does not renew it, and the holder stops before', async () => {
    const first = hold('first');
    await until(() => holders.has('first'));
    hold('second');
    // As if the network to Redis were cut for the first one alone.
    first.redis.disconnect();
    await until(() => holders.has('second'));
    assert.equal(most, 1);
  });

  test('that comes to one that was just stopped is given back, and its work never begins', async () => {
    const redis = server.connect();
    const stop = new AbortController();
    const log = createLog({ level: 'silent', scrubber: new Scrubber() });
    let begun = false;
    const holding = new Lease({ redis, name: 'test', log }).hold(async () => {
      begun = true;
    }, stop.signal);
    // The lease has been asked for, and the answer is on its way.
    stop.abort();
    await holding;
    assert.equal(begun, false);
    hold('next');
    await until(() => holders.has('next'));
  });

  test('survives that Redis is killed and comes back', async () => {
    hold('first');
    await until(() => holders.has('first'));
    await server.crash();
    hold('second');
    await sleep(3_000);
    assert.equal(holders.size, 1);
    assert.equal(most, 1);
  });
});
