/** Updates are told until they are confirmed, to one poll at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Api } from 'grammy';
import { until } from '../../until.ts';
import { refused, started } from './started.ts';

const ids = async (api: Api, ...[options]: Parameters<Api['getUpdates']>) =>
  (await api.getUpdates(options)).map(({ update_id }) => update_id);

const OVERRUN =
  'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';

test('updates are told again until an offset confirms them', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  const [one, two, three] = ['a', 'b', 'c'].map((text) => telegram.say(group, ada, text)) as [
    number,
    number,
    number,
  ];
  assert.deepEqual(await ids(api, { limit: 2 }), [one, two]);
  assert.deepEqual(await ids(api, { offset: two }), [two, three]);
  assert.deepEqual(await ids(api), [two, three]);
  assert.deepEqual(await ids(api, { offset: three + 1 }), []);
  assert.deepEqual(telegram.pending(), []);
});

test('a negative offset keeps the newest and forgets the rest', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  const last = ['a', 'b', 'c'].map((text) => telegram.say(group, ada, text)).at(-1);
  assert.deepEqual(await ids(api, { offset: -1 }), [last]);
  assert.deepEqual(await ids(api), [last]);
});

test('updates are kept for 24 hours', async (t) => {
  const { telegram, api, pass } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  telegram.say(group, ada, 'yesterday');
  pass(23 * 3_600_000);
  const today = telegram.say(group, ada, 'today');
  assert.equal((await ids(api)).length, 2);
  pass(3_600_000);
  assert.deepEqual(await ids(api), [today]);
});

test('a long poll ends when something happens, or with nothing when its time is over', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  assert.deepEqual(await ids(api, { timeout: 1 }), []);
  const poll = ids(api, { timeout: 30 });
  await until(() => telegram.calls.length === 2);
  assert.deepEqual([telegram.say(group, ada, 'now')], await poll);
});

test('only what is asked for is told, and the choice is remembered', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  await api.getUpdates({ allowed_updates: ['callback_query'] });
  telegram.say(group, ada, 'unheard');
  const click = telegram.click({ chat: group.id, id: 1 }, ada, 'x');
  assert.deepEqual(await ids(api), [click]);
  await api.getUpdates({ allowed_updates: [] });
  const line = telegram.say(group, ada, 'heard');
  assert.deepEqual(await ids(api), [click, line]);
});

test('a second poll ends the first with 409', async (t) => {
  const { telegram, api } = await started(t);
  const first = refused(api.getUpdates({ timeout: 30 }), 409, OVERRUN);
  await until(() => telegram.calls.length === 1);
  const second = ids(api, { timeout: 30 });
  await first;
  const update = telegram.say(telegram.group(), telegram.user(), 'x');
  assert.deepEqual(await second, [update]);
});

test('a caller that hangs up loses nothing', async (t) => {
  const { telegram, api } = await started(t);
  const hangUp = new AbortController();
  const poll = assert.rejects(api.getUpdates({ timeout: 30 }, hangUp.signal as never));
  await until(() => telegram.calls.length === 1);
  hangUp.abort();
  await poll;
  const update = telegram.say(telegram.group(), telegram.user(), 'x');
  assert.deepEqual(await ids(api, { timeout: 30 }), [update]);
});

test('a webhook and a poll exclude each other', async (t) => {
  const { telegram, api, pass } = await started(t);
  const poll = refused(api.getUpdates({ timeout: 30 }), 409, 'Conflict: terminated by setWebhook request');
  await until(() => telegram.calls.length === 1);
  const plain = 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook';
  await refused(api.setWebhook('http://muster.example'), 400, plain);
  await refused(api.setWebhook('https://muster.example/hook'), 429, 'Too Many Requests: retry after 1');
  pass(1_000);
  await api.setWebhook('https://muster.example/hook');
  await poll;
  const active =
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
  await refused(api.getUpdates(), 409, active);
  assert.equal(telegram.webhook, 'https://muster.example/hook');
  telegram.say(telegram.group(), telegram.user(), 'x');
  await api.deleteWebhook({ drop_pending_updates: true });
  assert.deepEqual(await ids(api), []);
});

test('a test redelivers, holds back and reorders updates', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  telegram.hold();
  const [one, two, three] = ['a', 'b', 'c'].map((text) => telegram.say(group, ada, text)) as [
    number,
    number,
    number,
  ];
  assert.deepEqual(await ids(api), []);
  telegram.reorder(three, one);
  telegram.release();
  assert.deepEqual(await ids(api), [three, one, two]);
  await api.getUpdates({ offset: three + 1 });
  telegram.redeliver(two);
  const [again] = await api.getUpdates({ offset: three + 1 });
  assert.deepEqual([again?.update_id, again?.message?.text], [two, 'b']);
  assert.deepEqual(await ids(api, { offset: three + 1 }), []);
});

test('people change what they said, and the bot is told', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  telegram.say(group, telegram.user(), '/deploy shop');
  telegram.amend(telegram.messages(group)[0]!, '/deploy shop v2');
  const [first, second] = await api.getUpdates();
  assert.deepEqual(first?.message?.entities, [{ type: 'bot_command', offset: 0, length: 7 }]);
  assert.equal(second?.edited_message?.text, '/deploy shop v2');
  assert.equal(second?.edited_message?.message_id, first?.message?.message_id);
});

test('a line in a topic answers the topic; an answer elsewhere has a thread and no topic', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const forum = telegram.forum();
  const thread = telegram.topic(forum, 'shop');
  telegram.say(forum, ada, 'in the topic', { thread });
  const plain = telegram.supergroup();
  telegram.say(plain, ada, 'a');
  telegram.say(plain, ada, 'b', { replyTo: 1 });
  const [topical, , reply] = (await api.getUpdates()).map(({ message }) => message);
  assert.deepEqual([topical?.message_thread_id, topical?.is_topic_message], [thread, true]);
  assert.equal(topical?.reply_to_message?.forum_topic_created?.name, 'shop');
  assert.deepEqual([reply?.message_thread_id, reply?.is_topic_message], [1, undefined]);
});
