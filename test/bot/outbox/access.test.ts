/** What a service tells of a chat reaches whoever speaks there, and no mail is lost when a chat is shut, moves, or the service was away. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Courier } from '../../../src/bot/outbox/courier.ts';
import { Outbox } from '../../../src/bot/outbox/outbox.ts';
import { type Hindrance, type Place, type Platform, Undelivered } from '../../../src/bot/platform.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('a chat', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let outbox: Outbox;
  let said: string[];
  let told: string[];
  let refusals: number;
  /** ms by the courier's clock. */
  let time: number;
  let refuse: Hindrance | Error | undefined;
  let courier: Courier;
  let stop: AbortController;
  let running: Promise<void>;
  beforeEach(async () => {
    server = await startRedis();
    outbox = new Outbox(server.connect(), 'test');
    [said, told, refusals, time] = [[], [], 0, 1_000_000];
    refuse = undefined;
    stop = new AbortController();
    const speak = (chat: string, text: string) => {
      if (!(refuse instanceof Error) && refuse?.kind === 'moved' && chat === refuse.chat) refuse = undefined;
      if (refuse) refusals += 1;
      if (refuse instanceof Error) throw refuse;
      if (refuse) throw new Undelivered(refuse, `it is ${refuse.kind}`);
      said.push(`${chat}: ${text}`);
    };
    const platform: Platform = {
      name: 'test',
      serve: async () => {},
      async post(place, lines) {
        speak(place.chat, lines.join());
        return { place, message: String(said.length) };
      },
      edit: async ({ place, message }, lines) => speak(place.chat, `${message} -> ${lines.join()}`),
    };
    courier = new Courier({
      outbox,
      platform,
      limits: { chat: () => [], overall: [] },
      now: () => time,
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      onShut: (chat, reason) => told.push(`${chat} ${reason ?? 'open'}`),
      onBad: ({ id, place }, reason) => told.push(`${place.chat} ${id} ${reason}`),
    });
    running = courier.run(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.stop();
  });
  const put = (id: string, chat: string, text: string) => {
    const place: Place = { platform: 'test', chat };
    return outbox.put({ id, place, lines: [text], urgency: 'final', final: false });
  };
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(5);
  };

  test('that puts the bot out is left alone, and takes what waits as soon as it lets the bot in', async () => {
    // Another process was told: it shares nothing but Redis.
    const elsewhere = new Outbox(server.connect(), 'test');
    await elsewhere.access('a', 'put out');
    await until(() => told.length === 1);
    await put('one', 'a', 'waits');
    await put('two', 'b', 'goes');
    await until(() => said.length === 1);
    await sleep(400);
    assert.deepEqual(said, ['b: goes']);
    await elsewhere.access('a');
    await until(() => said.length === 2);
    assert.deepEqual(said, ['b: goes', 'a: waits']);
    await elsewhere.access('a');
    await sleep(400);
    assert.deepEqual(told, ['a put out', 'a open'], 'told once each');
  });

  test('that asked to wait is not spoken to earlier because it let the bot in', async () => {
    refuse = { kind: 'later', ms: 60_000 };
    await put('one', 'a', 'waits');
    await until(() => refusals === 1);
    refuse = undefined;
    await outbox.access('a');
    await sleep(400);
    assert.deepEqual(said, []);
    time += 60_000;
    await until(() => said.length === 1);
  });

  test('that failed is tried at once when the service gives a sign of life after a while', async () => {
    refuse = new Error('a page of errors');
    await put('one', 'a', 'waits');
    await until(() => refusals === 1);
    refuse = undefined;
    await sleep(400);
    assert.deepEqual(said, [], 'it rests, and its clock stands still');
    courier.revive();
    await until(() => said.length === 1);
  });

  test('that moved shows anew what stood where it was, and what waited', async () => {
    await put('card', 'old', 'running');
    await until(() => said.length === 1);
    await outbox.move('old', 'new');
    await outbox.move('new', 'new');
    await put('card', 'old', 'done');
    await until(() => said.length === 2);
    await put('card', 'old', 'really');
    await until(() => said.length === 3);
    assert.deepEqual(said, ['old: running', 'new: done', 'new: 2 -> really']);
    refuse = { kind: 'moved', chat: 'third' };
    await put('other', 'new', 'on the way');
    await until(() => said.length === 4);
    assert.equal(said[3], 'third: on the way');
  });

  test('that refuses a message for good has it told, once', async () => {
    refuse = { kind: 'bad' };
    await put('one', 'a', 'broken');
    await until(() => told.length === 1);
    refuse = undefined;
    await put('two', 'a', 'fine');
    await until(() => said.length === 1);
    assert.deepEqual(told, ['a one it is bad']);
    assert.deepEqual(said, ['a: fine']);
  });
});
