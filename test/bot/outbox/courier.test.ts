import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Courier } from '../../../src/bot/outbox/courier.ts';
import type { Mail } from '../../../src/bot/outbox/mail.ts';
import { Outbox } from '../../../src/bot/outbox/outbox.ts';
import { type Hindrance, type Platform, Undelivered } from '../../../src/bot/platform.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const WINDOW = { count: 5, ms: 400 };

/** A service of chats that counts, and refuses what it is told to. */
class Service implements Platform {
  readonly name = 'test';
  readonly chats = new Map<string, Map<string, string>>();
  readonly calls: { chat: string; text: string; at: number }[] = [];
  readonly refusals = new Map<string, (Hindrance | Error)[]>();
  #count = 0;

  async serve() {}

  async post(place: { platform: string; chat: string }, lines: string[]) {
    this.#call(place.chat, lines);
    this.#count += 1;
    const message = String(this.#count);
    const chat = this.chats.get(place.chat) ?? new Map();
    this.chats.set(place.chat, chat.set(message, lines.join('\n')));
    return { place, message };
  }

  async edit({ place, message }: { place: { chat: string }; message: string }, lines: string[]) {
    this.#call(place.chat, lines);
    this.chats.get(place.chat)?.set(message, lines.join('\n'));
  }

  texts(chat: string): string[] {
    return [...(this.chats.get(chat)?.values() ?? [])];
  }

  #call(chat: string, lines: string[]): void {
    this.calls.push({ chat, text: lines.join('\n'), at: performance.now() });
    const refusal = this.refusals.get(chat)?.shift();
    if (refusal instanceof Error) throw refusal;
    if (refusal) throw new Undelivered(refusal, refusal.kind);
  }
}

describe('a courier', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let outbox: Outbox;
  let service: Service;
  let stop: AbortController;
  let running: Promise<void>;
  let shut: string[];
  beforeEach(async () => {
    server = await startRedis();
    service = new Service();
    outbox = new Outbox(server.connect(), 'test');
    shut = [];
    start();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await server.stop();
  });

  const start = (now?: () => number) => {
    stop = new AbortController();
    const courier = new Courier({
      outbox,
      platform: service,
      limits: { chat: () => [WINDOW], overall: [{ count: 1_000, ms: 1_000 }] },
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      onShut: (chat, reason) => shut.push(`${chat} ${reason ?? 'open'}`),
      now,
    });
    running = courier.run(stop.signal);
  };
  const put = (id: string, text: string, more: Partial<Mail> & { chat?: string } = {}) => {
    const { chat = 'a', ...rest } = more;
    return outbox.put({
      id,
      place: { platform: 'test', chat },
      lines: [text],
      urgency: 'progress',
      final: false,
      ...rest,
    });
  };
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(5);
  };

  test('gives up a message that fails each time while others do not, so that nothing waits behind it for ever', async () => {
    stop.abort();
    await running;
    // A minute is a tenth of a second.
    const began = Date.now();
    start(() => began + (Date.now() - began) * 600);
    const broken = Array.from({ length: 100 }, () => new Error('500'));
    service.refusals.set('a', broken);
    await put('poison', 'poison', { urgency: 'failure', final: true });
    await put('next', 'next', { urgency: 'reply', final: true });
    // Where nothing is delivered at all, it is the service, and nothing is given up.
    await until(() => service.calls.length >= 12);
    assert.ok(service.calls.every(({ text }) => text === 'poison'));
    await put('other', 'elsewhere', { chat: 'b' });
    await until(() => service.calls.some(({ text }) => text !== 'poison' && text !== 'elsewhere'));
    service.refusals.delete('a');
    await until(() => service.texts('a').includes('next'));
    assert.ok(!service.texts('a').includes('poison'));
  });

  test('stays within the budget whatever is put, and shows the end of everything', async () => {
    const ends = Array.from({ length: 12 }, (_, card) => `card ${card} is over`);
    for (let round = 0; round < 20; round += 1) {
      for (let card = 0; card < 12; card += 1) await put(`${card}`, `card ${card} at ${round}`);
      await sleep(20);
    }
    for (let card = 0; card < 12; card += 1)
      await put(`${card}`, ends[card] as string, { urgency: 'final', final: true });
    await until(() => ends.every((end) => service.texts('a').includes(end)));
    assert.equal(service.texts('a').length, 12, 'each card is one message');
    for (const { at } of service.calls) {
      const within = service.calls.filter((call) => call.at > at - WINDOW.ms + 5 && call.at <= at);
      assert.ok(within.length <= WINDOW.count, `${within.length} calls within the window`);
    }
  });

  test('says what is urgent first, and of each message only the newest state', async () => {
    for (let call = 0; call < 5; call += 1) await put(`full${call}`, 'x', { urgency: 'reply' });
    await until(() => service.calls.length === 5);
    await put('slow', 'first');
    await put('slow', 'second');
    await put('reply', 'an answer', { urgency: 'reply' });
    await put('bad', 'it failed', { urgency: 'failure' });
    await put('good', 'it is done', { urgency: 'final' });
    await put('slow', 'third');
    await until(() => service.calls.length === 9);
    assert.deepEqual(
      service.calls.slice(5).map(({ text }) => text),
      ['it failed', 'it is done', 'an answer', 'third'],
    );
  });

  test('reads nothing of a chat that has to wait', async () => {
    service.refusals.set('a', [{ kind: 'later', ms: 60_000 }]);
    await put('one', 'for later');
    await until(() => service.calls.length === 1);
    const read: string[] = [];
    const { heads } = outbox;
    outbox.heads = async (ready) => {
      const all = await heads.call(outbox, ready);
      read.push(...all.map(({ place }) => place.chat));
      return all;
    };
    await put('two', 'at once', { chat: 'b' });
    await until(() => service.texts('b').length === 1);
    assert.deepEqual([...new Set(read)], ['b']);
  });

  test('waits where the service asks to, in that chat only', async () => {
    service.refusals.set('a', [{ kind: 'later', ms: 600 }]);
    await put('one', 'slow', { urgency: 'final' });
    await until(() => service.calls.length === 1);
    await put('two', 'quick', { chat: 'b' });
    await until(() => service.texts('b').length === 1);
    assert.deepEqual(service.texts('a'), []);
    await until(() => service.texts('a').length === 1);
    const [refused, , said] = service.calls;
    assert.ok((said?.at as number) - (refused?.at as number) >= 595);
  });

  test('posts anew what somebody deleted, and goes where a chat has moved', async () => {
    await put('card', 'one');
    await until(() => service.texts('a').length === 1);
    service.refusals.set('a', [{ kind: 'vanished' }, { kind: 'moved', chat: 'new' }]);
    await put('card', 'two', { urgency: 'final', final: true });
    await until(() => service.texts('new').length === 1);
    assert.deepEqual(service.texts('new'), ['two']);
    await put('later', 'also here');
    await until(() => service.texts('new').length === 2);
  });

  test('keeps what a closed chat does not take, says so once, and goes on with the others', async () => {
    service.refusals.set('a', [{ kind: 'shut' }]);
    await put('one', 'kept', { urgency: 'final', final: true });
    await until(() => shut.length === 1);
    await put('two', 'elsewhere', { chat: 'b' });
    await until(() => service.texts('b').length === 1);
    assert.deepEqual(shut, ['a shut']);
    stop.abort();
    await running;
    start();
    await until(() => service.texts('a').length === 1);
  });

  test('tries again what failed for no known reason, and gives up only what is refused for good', async () => {
    service.refusals.set('a', [new Error('502'), { kind: 'bad' }]);
    await put('one', 'never', { urgency: 'failure' });
    await put('two', 'still said');
    await until(() => service.texts('a').length === 1);
    assert.deepEqual(service.texts('a'), ['still said']);
    assert.deepEqual(
      service.calls.map(({ text }) => text),
      ['never', 'never', 'still said'],
    );
  });

  describe('of a final message that is refused for good', () => {
    const card = (text: string, more: Partial<Mail> = {}) =>
      put('card', text, { urgency: 'failure', about: 'r-1', ...more });
    const end = () => card('✕ shop failed', { final: true, ended: 'failed' });
    const SHORT = 'r-1: failed. Its card could not be shown here: bad\nNext: /logs r-1';

    test('says once and in its place how it ended, and where to read on', async () => {
      await card('◐ shop');
      await until(() => service.texts('a').length === 1);
      service.refusals.set('a', [{ kind: 'bad' }]);
      await end();
      await until(() => service.texts('a').includes(SHORT));
      await put('next', 'still said');
      await until(() => service.texts('a').includes('still said'));
      assert.deepEqual(service.texts('a'), [SHORT, 'still said']);
      assert.equal(await outbox.about({ chat: 'a' }, '1'), 'r-1');
    });

    test('says it in a new message where the old one takes no change, and then no more', async () => {
      await card('◐ shop');
      await until(() => service.texts('a').length === 1);
      service.refusals.set('a', [{ kind: 'bad' }, { kind: 'bad' }]);
      await end();
      await until(() => service.texts('a').length === 2);
      assert.deepEqual(service.texts('a'), ['◐ shop', SHORT]);
      assert.equal(await outbox.about({ chat: 'a' }, '2'), 'r-1');
      service.refusals.set('a', [{ kind: 'bad' }, { kind: 'bad' }]);
      await put('answer', 'an answer', { urgency: 'reply', final: true });
      await put('next', 'still said');
      await until(() => service.texts('a').includes('still said'));
      assert.deepEqual(
        service.calls.slice(-3).map(({ text }) => text),
        ['an answer', 'A message could not be shown here: bad', 'still said'],
      );
    });

    test('says it after a restart, where it had no time before', async () => {
      service.refusals.set('a', [{ kind: 'bad' }, { kind: 'later', ms: 1_000_000 }]);
      await end();
      await until(() => service.calls.length === 2);
      stop.abort();
      await running;
      start();
      await until(() => service.texts('a').length === 1);
      assert.deepEqual(service.texts('a'), [SHORT]);
    });

    test('says what comes with a file without the file', async () => {
      const attached: string[] = [];
      const attach: Platform['attach'] = async ({ chat }, { name }) => {
        attached.push(name);
        throw new Undelivered({ kind: 'bad' }, `${chat} takes no files`);
      };
      Object.assign(service, { attach });
      const filing = new Outbox(server.connect(), 'test', { files: true });
      const file = { name: 'shop.log', text: 'line 1' };
      const place = { platform: 'test', chat: 'a' };
      await filing.put({ id: 'log', place, lines: ['the end of it'], file, urgency: 'reply', final: true });
      await until(() => service.texts('a').length === 1);
      assert.deepEqual([attached, service.texts('a')], [['shop.log'], ['the end of it']]);
    });
  });

  test('edits after a restart the message it had posted before, and loses nothing', async () => {
    await put('card', 'running');
    await until(() => service.texts('a').length === 1);
    stop.abort();
    await running;
    await put('card', 'over', { urgency: 'final', final: true });
    await server.crash();
    start();
    await until(() => service.texts('a').includes('over'));
    assert.deepEqual(service.texts('a'), ['over']);
  });
});
