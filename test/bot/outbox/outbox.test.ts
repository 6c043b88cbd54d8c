import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Mail } from '../../../src/bot/outbox/mail.ts';
import { Outbox } from '../../../src/bot/outbox/outbox.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('an outbox', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let outbox: Outbox;
  beforeEach(async () => {
    server = await startRedis();
    outbox = new Outbox(server.connect(), 'test');
  });
  afterEach(() => server.stop());

  const mail = (id: string, text: string, more: Partial<Mail> = {}): Mail => ({
    ...{ id, place: { platform: 'test', chat: 'a' }, lines: [text], urgency: 'progress', final: false },
    ...more,
  });
  const heads = async () =>
    (await outbox.heads()).map(({ place: { chat }, lines }) => `${chat}: ${lines[0]}`);

  test('keeps the newest state of what is put while its chat moves, and nothing older', async () => {
    await outbox.put(mail('card', 'working'));
    const redis = server.connect();
    const read = redis.zrange.bind(redis);
    let first = true;
    redis.zrange = (async (...args: Parameters<typeof read>) => {
      const ids = await read(...args);
      // Another manager puts how it ended, after it learned that the chat moves.
      if (first) await outbox.put(mail('card', 'it is over', { urgency: 'final', final: true }));
      first = false;
      return ids;
    }) as typeof redis.zrange;
    await new Outbox(redis, 'test').move('a', 'b');
    assert.deepEqual(await heads(), ['b: it is over']);
  });

  test('says nothing again that was said where its chat is now, when a move is taken up that a crash cut off', async () => {
    const redis = server.connect();
    redis.zrange = (() => Promise.reject(new Error('it died'))) as never;
    await outbox.put(mail('card', 'working'));
    await assert.rejects(new Outbox(redis, 'test').move('a', 'b'));
    await outbox.put(mail('card', 'it is over', { urgency: 'final', final: true }));
    const head = (await outbox.heads()).find(({ place: { chat } }) => chat === 'b');
    assert.ok(head);
    await outbox.said(head, { place: head.place, message: '1' });
    await outbox.move('a', 'b');
    assert.deepEqual(await heads(), []);
  });

  test('moves all of a chat in its order, also where two processes do so at once', async () => {
    for (let card = 0; card < 20; card += 1) await outbox.put(mail(`${card}`, `card ${card}`));
    await outbox.put(mail('20', 'it failed', { urgency: 'failure' }));
    await Promise.all([outbox.move('a', 'b'), new Outbox(server.connect(), 'test').move('a', 'b')]);
    const said: string[] = [];
    for (let [head] = await outbox.heads(); head; [head] = await outbox.heads()) {
      said.push(head.lines[0] as string);
      await outbox.said(head, { place: head.place, message: '1' });
    }
    assert.deepEqual(said, ['it failed', ...Array.from({ length: 20 }, (_, card) => `card ${card}`)]);
  });

  test('finds a chat that moved more than once, or back', async () => {
    await outbox.move('a', 'b');
    await outbox.move('b', 'c');
    assert.equal((await outbox.whereIs({ platform: 'test', chat: 'a' })).chat, 'c');
    await outbox.move('c', 'a');
    assert.equal((await outbox.whereIs({ platform: 'test', chat: 'b' })).chat, 'a');
    await outbox.put(mail('card', 'here'));
    assert.deepEqual(await heads(), ['a: here']);
  });

  test('remembers for weeks where stands what may still change, and for days what may not', async () => {
    const days = async (id: string, final: boolean) => {
      await outbox.put(mail(id, 'said', { final }));
      const [head] = await outbox.heads();
      assert.ok(head);
      await outbox.said(head, { place: head.place, message: id });
      return (await server.connect().ttl(`{muster}:outbox:test:posted:${id}`)) / 86_400;
    };
    assert.ok((await days('alert', false)) > 30);
    assert.ok((await days('answer', true)) <= 2);
  });
});
