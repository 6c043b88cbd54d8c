/** Telegram is away for ten minutes, or asks one chat to wait two: by a fast clock, nothing that ended stays untold. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError, HttpError } from 'grammy';
import { type FastChat, openFastChat } from '../../../bench/chat/fast.ts';
import { Reach } from '../../../src/bot/telegram/reach.ts';
import type { MusterError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

const SPEED = 60;
const log = createLog({ level: 'silent', scrubber: new Scrubber() });

async function until(done: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; !done(); await sleep(10))
    if (Date.now() > deadline) assert.fail(`waited for ${what}`);
}

const say = ({ outbox }: FastChat, chat: number, id: string, more: { final?: boolean } = {}) =>
  outbox.put({
    id,
    place: { platform: 'telegram', chat: String(chat) },
    lines: [`${id} ended`],
    urgency: 'final',
    final: true,
    ...more,
  });

describe('Telegram away', { timeout: 150_000 }, () => {
  test('with 502s for ten minutes: each end is said once when it is back, within a minute, and never too fast', async (t) => {
    const chat = await openFastChat(SPEED);
    t.after(() => chat.close());
    const groups = Array.from({ length: 3 }, (_, at) => chat.service.group(`g${at}`).id);
    chat.service.down(true);
    const began = chat.now();
    for (const group of groups) for (const id of ['a', 'b', 'c']) await say(chat, group, `${group}${id}`);
    await until(() => chat.now() > began + 600_000, 'ten minutes');
    const tries = chat.service.calls.length;
    assert.deepEqual(chat.service.said(groups[0] as number), []);
    assert.ok(tries < groups.length * 25, `${tries} tries in ten minutes`);
    chat.service.down(false);
    const back = chat.now();
    await until(() => groups.every((group) => chat.service.said(group).length === 3), 'all ends');
    const last = Math.max(...chat.spoken.filter(({ text }) => /ended/.test(text)).map(({ at }) => at));
    assert.ok(last - back < 70_000, `${last - back} ms until the last end`);
    for (const group of groups)
      assert.deepEqual(
        chat.service.said(group).map(({ text }) => text),
        ['a', 'b', 'c'].map((id) => `${group}${id} ended`),
      );
    assert.deepEqual(chat.service.floods, []);
  });

  test('for operators: told after a minute and not before, and when it is back', () => {
    let now = 0;
    const told: string[] = [];
    const trouble = (what: string, error?: MusterError) =>
      void (error && told.push(`${what}: ${error.message}`));
    const ears = {
      take: async () => {},
      moved: async () => {},
      access: async () => {},
      alive: () => {},
      trouble,
    };
    const reach = new Reach(ears, log, () => now);
    const page = new HttpError('failed', Object.assign(new Error('no JSON'), { type: 'invalid-json' }));
    for (; now < 60_000; now += reach.note(page)) assert.deepEqual(told, [], `${now} ms`);
    for (; now < 600_000; now += reach.note(page));
    assert.deepEqual([...new Set(told)], ['reach: cannot be reached: a page of errors instead of an answer']);
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    told.length = 0;
    reach.note(new HttpError('failed', refused));
    assert.deepEqual(told, ['reach: cannot be reached: ECONNREFUSED']);
    reach.well();
    told.length = 0;
    reach.note(page);
    assert.deepEqual(told, [], 'it begins anew');
  });

  test('as long as it says itself, where it asks to wait', () => {
    const ears = {
      take: async () => {},
      moved: async () => {},
      access: async () => {},
      alive: () => {},
      trouble: () => {},
    };
    const reach = new Reach(ears, log);
    const flood = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 120 },
    } as const;
    assert.equal(reach.note(new GrammyError('x', flood, 'getUpdates', {})), 120_000);
  });

  test('for one chat, which is to wait two minutes: it gets its end after them, and others are not delayed', async (t) => {
    const chat = await openFastChat(SPEED);
    t.after(() => chat.close());
    const group = chat.service.group('slow');
    const [slow, other] = [group.id, chat.service.group('other').id];
    chat.service.refuseNext(group, 120);
    await say(chat, slow, 'first');
    await until(() => chat.service.calls.some(({ status }) => status === 429), 'a 429');
    const asked = chat.now();
    for (const id of ['x', 'y']) await say(chat, other, id);
    await until(() => chat.service.said(other).length === 2, 'the other chat');
    assert.ok(chat.now() - asked < 20_000, `${chat.now() - asked} ms for the other chat`);
    await until(() => chat.service.said(slow).length === 1, 'the chat that had to wait');
    const took = chat.now() - asked;
    assert.ok(took >= 119_000 && took < 140_000, `${took} ms`);
    assert.equal(chat.service.floods.length, 1, 'it waited as it was asked to');
  });
});
