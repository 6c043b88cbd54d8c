/** Reactions: of each message the newest standing is shown, within a budget of their own, and what cannot be shown is let go. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Hindrance, type Platform, type Standing, Undelivered } from '../../../src/bot/platform.ts';
import { Reactions } from '../../../src/bot/reactions/reactions.ts';
import { Reactor } from '../../../src/bot/reactions/reactor.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const WINDOW = { count: 4, ms: 60_000 };

describe('reactions', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let reactions: Reactions;
  let stop: AbortController;
  let running: Promise<void>;
  let now: number;
  let calls: string[];
  let refusals: (Hindrance | Error)[];
  beforeEach(async () => {
    server = await startRedis();
    reactions = new Reactions(server.connect(), 'test');
    now = Date.now();
    calls = [];
    refusals = [];
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.stop();
  });

  const start = () => {
    stop = new AbortController();
    const platform: Platform = {
      name: 'test',
      serve: async () => {},
      post: () => assert.fail('nothing is said'),
      edit: () => assert.fail('nothing is said'),
      async react({ place, message }, standing, before) {
        calls.push(`${place.chat}/${message} ${before} -> ${standing}`);
        const refusal = refusals.shift();
        if (refusal instanceof Error) throw refusal;
        if (refusal) throw new Undelivered(refusal, refusal.kind);
      },
    };
    const reactor = new Reactor({
      reactions,
      platform,
      limits: { chat: () => [WINDOW], overall: [{ count: 100, ms: 1_000 }] },
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      now: () => now,
    });
    running = reactor.run(stop.signal);
  };
  const put = (message: string, standing: Standing, chat = 'a') => reactions.put({ chat }, message, standing);
  const until = async (done: () => boolean | Promise<boolean>) => {
    while (!(await done())) await sleep(5);
  };
  /** Waits until nothing is due; the clock goes on by so many ms at each look. */
  const settled = (step = 0) =>
    until(async () => {
      now += step;
      return (await reactions.due()).length === 0;
    });

  test('follow a message to its end, each in place of the one before', async () => {
    start();
    for (const standing of ['received', 'working', 'done'] as const) {
      await put('1', standing);
      await settled(WINDOW.ms);
    }
    assert.deepEqual(calls, ['a/1 none -> received', 'a/1 received -> working', 'a/1 working -> done']);
  });

  test('leave out what is past, and never go back', async () => {
    await put('1', 'received');
    await put('1', 'working');
    await put('1', 'failed');
    await put('1', 'received');
    await put('1', 'done');
    await put('2', 'received');
    await put('2', 'none');
    start();
    await settled();
    assert.deepEqual(calls, ['a/1 none -> failed']);
    await put('1', 'received');
    assert.deepEqual(await reactions.due(), []);
  });

  test('stay within their budget, ends first', async () => {
    for (const message of ['1', '2', '3', '4']) await put(message, 'working');
    for (const message of ['5', '6', '7']) await put(message, 'done');
    start();
    await until(() => calls.length >= 3);
    assert.deepEqual(calls.map((call) => call.slice(0, 3)).toSorted(), ['a/5', 'a/6', 'a/7']);
    await put('8', 'done');
    await until(() => calls.length >= 4);
    await put('9', 'done');
    await sleep(600);
    assert.equal(calls.length, 4, calls.join('\n'));
    now += WINDOW.ms + 1;
    await until(() => calls.length >= 5);
    assert.match(calls[4] as string, /^a\/9/);
  });

  test('are read of chats that are ready, and of each only what goes first', async () => {
    await put('1', 'received');
    await put('2', 'done');
    await put('1', 'working', 'b');
    const names = (due: { chat: string; message: string }[]) =>
      due.map(({ chat, message }) => `${chat}/${message}`).toSorted();
    assert.deepEqual(names(await reactions.due()), ['a/2', 'b/1']);
    assert.deepEqual(names(await reactions.due((chat) => chat !== 'a')), ['b/1']);
    start();
    await settled(WINDOW.ms);
    assert.deepEqual(calls.toSorted(), ['a/1 none -> received', 'a/2 none -> done', 'b/1 none -> working']);
  });

  test('wait where the service asks to, in that chat only', async () => {
    refusals = [{ kind: 'later', ms: 30_000 }];
    start();
    await put('1', 'done');
    await until(() => calls.length === 1);
    await put('1', 'done', 'b');
    await until(() => calls.length === 2);
    assert.match(calls[1] as string, /^b/);
    await sleep(600);
    assert.equal(calls.length, 2);
    now += 30_001;
    await settled();
    assert.match(calls[2] as string, /^a\/1 none -> done/);
  });

  test('are let go where they are not allowed; what is newer is tried, from what is shown', async () => {
    start();
    await put('1', 'received');
    await settled();
    refusals = [{ kind: 'bad' }];
    await put('1', 'working');
    await settled(1_000);
    await put('1', 'done');
    await settled(1_000);
    assert.deepEqual(calls, ['a/1 none -> received', 'a/1 received -> working', 'a/1 received -> done']);
  });

  test('are tried again after trouble, also by another process, and given up after an hour', async () => {
    refusals = [new Error('502')];
    start();
    await put('1', 'done');
    await until(() => calls.length === 1);
    stop.abort();
    await running;
    await server.crash();
    start();
    await settled();
    assert.equal(calls.length, 2);
    refusals = Array.from({ length: 99 }, () => new Error('502'));
    await put('2', 'done');
    await until(() => calls.length === 3);
    now += 3_700_000;
    await settled();
    assert.equal(calls.length, 3);
  });
});
