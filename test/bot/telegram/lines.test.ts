/** What of all that Telegram tells is a line of a person, and that nothing in a line or an output does more than it says. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message, User } from 'grammy/types';
import type { Seen } from '../../fakes/telegram/scene.ts';
import { openStage } from './stage.ts';

/** Who speaks where an administrator is anonymous, where a person speaks as a channel, and where a channel's post is passed on. */
const MASKS: Record<string, User> = {
  group: { id: 1_087_968_824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
  channel: { id: 136_817_688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' },
  telegram: { id: 777_000, is_bot: false, first_name: 'Telegram' },
};
const BOUND = 4_096;

describe('a line in Telegram', { timeout: 120_000 }, () => {
  test('runs once, also when its author edits it later', async (t) => {
    const { service, group, reem, listen, shown, quiet, deployed } = await openStage(t);
    await listen();
    service.say(group, reem, '/deploy shop');
    await shown(/shop is live/);
    const [line] = service.messages(group) as [Seen];
    service.amend(line, '/deploy shop ');
    service.amend(line, '/deploy blog');
    service.say(group, reem, '/status');
    await shown(/1 host/);
    await quiet();
    assert.deepEqual(deployed, ['shop']);
  });

  test('is none when it is forwarded, and that is said', async (t) => {
    const { service, group, reem, listen, shown, deployed, texts, quiet } = await openStage(t);
    await listen();
    const forward_origin = { type: 'hidden_user', sender_user_name: 'Eve', date: 1 } as const;
    service.say(group, reem, '/deploy shop', { as: { forward_origin } });
    assert.equal(await shown(/./), 'Forwarded lines are not carried out\nIf you want it done, type it.');
    service.say(group, reem, 'look what I found', { as: { forward_origin } });
    await quiet();
    assert.equal(texts().length, 1, 'chatter stays without an answer');
    assert.deepEqual(deployed, []);
  });

  test('is nobody’s under the name of the group or of a channel: it is told how to be somebody', async (t) => {
    const { service, group, reem, listen, shown, until, deployed, texts, quiet } = await openStage(t);
    await listen();
    const mask = (from: User, title: string): Partial<Message> => ({
      from,
      sender_chat: { id: from === MASKS.group ? group.id : -1_000_000_000_777, type: 'supergroup', title },
    });
    service.say(group, reem, '/deploy shop', { as: mask(MASKS.group as User, 'build') });
    assert.match(await shown(/./), /^I cannot see who you are: .*\n.*turn off «Remain anonymous»/);
    service.say(group, reem, '/deploy shop', { as: mask(MASKS.channel as User, 'news') });
    await until(() => texts().length === 2, 'a second answer');
    service.say(group, reem, 'good morning', { as: mask(MASKS.channel as User, 'news') });
    const post = mask(MASKS.telegram as User, 'news');
    service.say(group, reem, '/deploy shop', { as: { ...post, is_automatic_forward: true } });
    await quiet();
    assert.equal(texts().length, 2, 'what a channel posts is no line at all');
    assert.deepEqual(deployed, []);
  });

  test('is none from another bot, from a channel, from a poll or a sticker, nor of a kind nobody knows', async (t) => {
    const { service, group, reem, listen, shown, deployed, texts, quiet } = await openStage(t);
    await listen();
    const bot = { id: 99, is_bot: true, first_name: 'Other' };
    service.say(group, reem, '/deploy shop', { as: { from: bot } });
    const sticker = { sticker: { file_id: 'x', file_unique_id: 'x', emoji: '👍' } };
    service.say(group, reem, '', { as: sticker as unknown as Partial<Message> });
    const poll = { poll: { id: '1', question: '/deploy shop', options: [] } };
    service.say(group, reem, '', { as: poll as unknown as Partial<Message> });
    const place = { message_id: 1, date: 1, chat: { id: group.id, type: 'channel', title: 'x' } };
    service.tell({ channel_post: { ...place, text: '/deploy shop' } });
    service.tell({ message: { ...place, text: '/deploy shop' } });
    service.tell({ message: { ...place, from: undefined } });
    service.tell({ telepathy: { thought: '/deploy shop' } });
    service.tell({ callback_query: { id: '1', from: reem, chat_instance: '1' } });
    service.say(group, reem, '/deploy blog');
    await shown(/blog is live/);
    await quiet();
    assert.equal(texts().length, 1, texts().join('\n'));
    assert.deepEqual(deployed, ['blog']);
  });

  test('may be the caption of a picture', async (t) => {
    const { service, group, reem, listen, shown } = await openStage(t);
    await listen();
    const photo = {
      photo: [{ file_id: 'x', file_unique_id: 'x', width: 1, height: 1 }],
      caption: '/deploy shop',
    };
    service.say(group, reem, '', { as: photo as Partial<Message> });
    await shown(/shop is live/);
  });

  test('is heard when updates are numbered anew after a week of silence, up or down', async (t) => {
    const { service, group, reem, listen, shown, until, texts, quiet, deployed } = await openStage(t);
    await listen(undefined, { poll: 1 });
    service.say(group, reem, '/deploy shop');
    await shown(/shop is live/);
    for (const [at, number] of [17, 900_000_000].entries()) {
      service.renumber(number);
      service.say(group, reem, '/deploy shop');
      service.say(group, reem, '/deploy blog');
      await until(() => texts().filter((text) => /blog is live/.test(text)).length === at + 1, 'the end');
      await quiet();
    }
    assert.deepEqual(deployed, ['shop', 'shop', 'blog', 'shop', 'blog']);
  });

  test('may not be pressed by whoever may not say it, however its button was made', async (t) => {
    const { service, group, reem, listen, shown, until, deployed, texts, quiet, release } =
      await openStage(t);
    await listen();
    const max = service.user('Max', 8);
    service.say(group, reem, '/deploy wait');
    await shown(/^◐ /);
    const [card] = service.said(group) as [Seen];
    const forged = [
      '/deploy shop',
      '/cancel r-aaaaaaaaaa',
      `/deploy ${'x'.repeat(80)}`,
      '/deploy shop\u202e',
      '/approve q-1; rm -rf /',
      '/nonsense',
      'good morning',
      '\0',
      'x'.repeat(5_000),
    ];
    const updates = forged.map((data) => service.click(card as Seen, max, data));
    await until(() => service.answers.length === updates.length, 'an answer to each press');
    const answers = updates.map((id) => service.answers.find(({ update }) => update === id)?.text);
    assert.match(answers[0] ?? '', /You may not: deploy on app\/shop/);
    for (const [at, data] of forged.entries()) assert.match(answers[at] ?? '', /./, data);
    release();
    await shown(/wait is live/);
    service.click({ chat: group.id, id: 4_711 }, reem, '/deploy shop');
    await shown(/shop is live/);
    const elsewhere = service.group('elsewhere');
    service.click({ chat: elsewhere.id, id: 1 }, reem, '/deploy blog');
    await quiet();
    assert.deepEqual(deployed, ['wait', 'shop']);
    assert.deepEqual(service.said(elsewhere), []);
    assert.equal(
      texts().length,
      2,
      'presses that are refused are answered to who pressed, and not in the chat',
    );
  });

  test('runs when the answer to its press comes too late for Telegram', async (t) => {
    const { service, group, reem, listen, shown } = await openStage(t);
    await listen();
    service.outage(1, 'answerCallbackQuery');
    service.click({ chat: group.id, id: 1 }, reem, '/deploy shop');
    await shown(/shop is live/);
    const query = { id: 'long-ago', from: reem, chat_instance: '1', data: '/deploy blog' };
    service.tell({
      callback_query: {
        ...query,
        message: { chat: { id: group.id, type: 'group' }, message_id: 1, date: 0 },
      },
    });
    await shown(/blog is live/);
  });

  test('of a megabyte is refused in a few words, and so is one of what nobody sees', async (t) => {
    const { service, group, reem, listen, shown, until, texts, muster, deployed } = await openStage(t);
    await listen();
    service.say(group, reem, `/deploy ${'shop '.repeat(200_000)}`);
    const answer = await shown(/too long|longest|4096|4,096/i);
    assert.ok(answer.length < 300, answer);
    service.say(group, reem, '/deploy shop\u202e\u2066\u0007\u200b');
    await until(() => texts().length === 2, 'an answer to hidden characters');
    assert.doesNotMatch(texts().join(''), /[\u202a-\u202e\u2066-\u2069\u0007]/);
    service.say(group, reem, '/deploy shop');
    await shown(/shop is live/);
    assert.deepEqual(deployed, ['shop']);
    const kept = JSON.stringify(await muster.house.state.audit.latest(10));
    assert.ok(kept.length < 20_000, 'the record keeps only its beginning');
  });

  test('does not let an output of a megabyte, markup, or what turns the reading direction break a message', async (t) => {
    const evil = [
      '*bold* _it_ [link](tg://user?id=7) `code` ||spoiler|| \\',
      '<b>x</b><a href="https://evil.example">y</a><script>&amp;',
      '\u001b[31mred\u001b[0m \u202egnp.exe \u2066x\u2069 \u0000\u0007 zero\u200bwidth',
      '/deploy blog',
      '@everyone t.me/evil 👩‍👩‍👧‍👦 \ud83d',
    ];
    const spill = async (_: AbortSignal, report: (line: string) => void) => {
      report('x'.repeat(1_048_576));
      for (let line = 0; line < 200; line += 1) report('y'.repeat(5_000));
      for (const line of evil) report(line);
      throw new Error(evil.join(' | '));
    };
    const { service, group, reem, listen, shown, deployed, quiet } = await openStage(t, { spill });
    await listen();
    service.say(group, reem, '/deploy spill');
    const card = await shown(/✕ deploy spill/);
    await quiet();
    assert.ok(card.length <= BOUND);
    assert.ok(card.includes('<b>x</b><a href="https://evil.example">y</a>'), card);
    assert.ok(card.includes('[link](tg://user?id=7)'), card);
    assert.doesNotMatch(card, /[\u202a-\u202e\u2066-\u2069\u200b\u0007\u001b]/);
    const [message] = service.said(group) as [Seen];
    const kinds = new Set(message.entities.map(({ type }) => type));
    for (const kind of kinds) assert.ok(['bold', 'code'].includes(kind), kind);
    assert.deepEqual(deployed, []);
    assert.equal(service.calls.filter(({ status }) => status === 400).length, 0, 'nothing is refused');
  });
});
