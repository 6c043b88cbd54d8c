/** Chats that are gone, moved or closed are refused with the real words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, started } from './started.ts';

test('a chat that nobody knows is not found', async (t) => {
  const { api } = await started(t);
  await refused(api.sendMessage(-1, 'x'), 400, 'Bad Request: chat not found');
  await refused(api.sendMessage('', 'x'), 400, 'Bad Request: chat_id is empty');
});

test('a group that became a supergroup says its new id', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  const { message_id } = await api.sendMessage(group.id, 'x');
  const chat = telegram.migrate(group);
  const upgraded = 'Bad Request: group chat was upgraded to a supergroup chat';
  const refusal = await refused(api.sendMessage(group.id, 'x'), 400, upgraded);
  assert.deepEqual(refusal.parameters, { migrate_to_chat_id: chat.id });
  await refused(api.editMessageText(group.id, message_id, 'y'), 400, upgraded);
  await api.sendMessage(chat.id, 'y');
  const told = (await api.getUpdates()).map(({ message }) => message);
  assert.deepEqual([told[0]?.migrate_to_chat_id, told[1]?.migrate_from_chat_id], [chat.id, group.id]);
});

test('who put the bot out hears nothing more from it', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user();
  const group = telegram.group();
  const supergroup = telegram.supergroup();
  const chat = telegram.privateChat(ada);
  const stranger = telegram.privateChat(telegram.user(), { started: false });
  telegram.kick(group);
  telegram.kick(supergroup);
  telegram.block(ada);
  const send = (to: { id: number }) => api.sendMessage(to.id, 'x');
  await refused(send(group), 403, 'Forbidden: bot was kicked from the group chat');
  await refused(send(supergroup), 403, 'Forbidden: bot was kicked from the supergroup chat');
  await refused(send(chat), 403, 'Forbidden: bot was blocked by the user');
  await refused(send(stranger), 403, "Forbidden: bot can't initiate conversation with a user");
  const statuses = (await api.getUpdates()).map(
    ({ my_chat_member }) => my_chat_member?.new_chat_member.status,
  );
  assert.deepEqual(statuses, ['kicked', 'kicked', 'kicked']);
  assert.throws(() => telegram.say(group, ada, 'x'), /not in this chat/);
  telegram.admit(group);
  await send(group);
});

test('only topics that are there and open are written to', async (t) => {
  const { telegram, api } = await started(t);
  const forum = telegram.forum();
  const thread = telegram.topic(forum, 'shop');
  const send = (chat: number, message_thread_id: number) => api.sendMessage(chat, 'x', { message_thread_id });
  await send(forum.id, thread);
  const lost = 'Bad Request: message thread not found';
  await refused(send(forum.id, 99), 400, lost);
  await refused(send(telegram.group().id, thread), 400, lost);
  forum.topics.get(thread)!.closed = true;
  await refused(send(forum.id, thread), 400, 'Bad Request: TOPIC_CLOSED');
});
