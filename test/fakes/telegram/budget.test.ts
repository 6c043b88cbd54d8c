/** Who says too much is told to wait, and longer when they do not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, started } from './started.ts';

const later = (seconds: number) => `Too Many Requests: retry after ${seconds}`;

test('three messages at once are let through in a chat, then one a second', async (t) => {
  const { telegram, api, pass } = await started(t);
  const chat = telegram.privateChat(telegram.user());
  for (const text of ['a', 'b', 'c']) await api.sendMessage(chat.id, text);
  const refusal = await refused(api.sendMessage(chat.id, 'd'), 429, later(1));
  assert.deepEqual(refusal.parameters, { retry_after: 1 });
  assert.equal(telegram.said(chat).length, 3);
  for (const text of ['d', 'e']) {
    pass(1000);
    await api.sendMessage(chat.id, text);
  }
  assert.deepEqual(
    telegram.floods.map(({ method, scope, retryAfter }) => [method, scope, retryAfter]),
    [['sendMessage', 'chat', 1]],
  );
});

test('a group takes 20 sends and edits a minute', async (t) => {
  const { telegram, api, pass } = await started(t);
  const group = telegram.group();
  const { message_id } = await api.sendMessage(group.id, '0');
  for (let step = 1; step < 20; step += 1) {
    pass(1000);
    await api.editMessageText(group.id, message_id, `${step}`);
  }
  pass(1000);
  await refused(api.sendMessage(group.id, 'x'), 429, later(40));
  const other = telegram.group();
  await api.sendMessage(other.id, 'not concerned');
  await api.deleteMessage(group.id, message_id);
  await api.sendChatAction(group.id, 'typing');
  pass(40_000);
  await api.sendMessage(group.id, 'x');
  assert.deepEqual(
    telegram.floods.map(({ chat, scope }) => [chat, scope]),
    [[group.id, 'group']],
  );
});

test('the penalty doubles when the caller does not wait, and is over when it does', async (t) => {
  const { telegram, api, pass } = await started(t);
  const chat = telegram.privateChat(telegram.user());
  for (const text of ['a', 'b', 'c']) await api.sendMessage(chat.id, text);
  for (const seconds of [1, 2, 4]) await refused(api.sendMessage(chat.id, 'd'), 429, later(seconds));
  pass(3999);
  await refused(api.sendMessage(chat.id, 'd'), 429, later(8));
  pass(8000);
  await api.sendMessage(chat.id, 'd');
});

test('all chats together take 30 messages a second', async (t) => {
  const { telegram, api, pass } = await started(t);
  const groups = Array.from({ length: 31 }, () => telegram.group());
  const last = groups.pop()!;
  for (const { id } of groups) await api.sendMessage(id, 'x');
  await refused(api.sendMessage(last.id, 'x'), 429, later(1));
  pass(1000);
  await api.sendMessage(last.id, 'x');
  assert.deepEqual(
    telegram.floods.map(({ scope }) => scope),
    ['all'],
  );
});

test('reactions have a budget of their own, and count with messages over all chats', async (t) => {
  const { telegram, api, pass } = await started(t);
  const group = telegram.group();
  telegram.say(group, telegram.user(), 'x');
  const react = (emoji: '👀' | '👍') => api.setMessageReaction(group.id, 1, [{ type: 'emoji', emoji }]);
  for (const text of ['a', 'b', 'c']) await api.sendMessage(group.id, text);
  for (const _ of [1, 2, 3]) await react('👀');
  await refused(react('👍'), 429, later(1));
  pass(1000);
  await api.sendMessage(group.id, 'd');
  for (let second = 0; second < 17; second += 1) {
    await react(second % 2 ? '👀' : '👍');
    pass(1000);
  }
  await refused(react('👀'), 429, later(42));
  pass(42_000);
  const others = Array.from({ length: 30 }, () => telegram.group());
  for (const { id } of others) await api.sendMessage(id, 'x');
  await refused(react('👀'), 429, later(1));
  assert.deepEqual(
    telegram.floods.map(({ method, scope }) => [method, scope]),
    ['chat', 'group', 'all'].map((scope) => ['setMessageReaction', scope]),
  );
});

test('an edit that changes nothing is paid for', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  const { message_id } = await api.sendMessage(group.id, 'x');
  for (const _ of [1, 2])
    await assert.rejects(api.editMessageText(group.id, message_id, 'x'), /not modified/);
  await refused(api.editMessageText(group.id, message_id, 'y'), 429, later(1));
});

test('a test has the next message to a chat refused for as long as it likes', async (t) => {
  const { telegram, api, pass } = await started(t);
  const [group, other] = [telegram.group(), telegram.group()];
  telegram.refuseNext(group, 120);
  await refused(api.sendMessage(group.id, 'x'), 429, later(120));
  await api.sendMessage(other.id, 'not concerned');
  pass(120_000);
  await api.sendMessage(group.id, 'x');
});
