/** What the bot may do in a chat by what it is there, and update ids that begin anew. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused, started } from './started.ts';

test('a bot that is muted hears and may not write; both changes are told', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.supergroup();
  telegram.mute(group);
  const words = 'Bad Request: not enough rights to send text messages to the chat';
  await refused(api.sendMessage(group.id, 'x'), 400, words);
  telegram.say(group, telegram.user(), 'heard');
  telegram.admit(group);
  await api.sendMessage(group.id, 'y');
  const [muted, line, admitted] = await api.getUpdates();
  const standing = muted?.my_chat_member?.new_chat_member;
  assert.equal(standing?.status, 'restricted');
  assert.equal(standing?.status === 'restricted' && standing.can_send_messages, false);
  assert.equal(line?.message?.text, 'heard');
  assert.equal(admitted?.my_chat_member?.new_chat_member.status, 'member');
});

test('a chat that was dissolved is not found, until it is there again', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  telegram.dissolve(group);
  await refused(api.sendMessage(group.id, 'x'), 400, 'Bad Request: chat not found');
  telegram.refound(group);
  await api.sendMessage(group.id, 'y');
});

test('numbers begin anew after a week, and an offset far beyond them confirms nothing', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  const last = telegram.say(group, telegram.user(), 'a');
  assert.equal((await api.getUpdates({ offset: last + 1 })).length, 0);
  telegram.renumber(17);
  assert.equal(telegram.say(group, telegram.user(), 'b'), 17);
  const told = await api.getUpdates({ offset: last + 1 });
  assert.deepEqual(
    told.map(({ update_id }) => update_id),
    [17],
  );
  assert.equal((await api.getUpdates({ offset: 18 })).length, 0);
});

test('a token that was renewed is the only one that is taken', async (t) => {
  const { telegram, api } = await started(t);
  telegram.revoke();
  await refused(api.getMe(), 401, 'Unauthorized');
  const token = telegram.renew();
  await refused(api.getMe(), 401, 'Unauthorized');
  const page = await fetch(`${telegram.url}/bot${token}/getMe`);
  assert.equal(page.status, 200);
  telegram.down(true);
  assert.equal((await fetch(`${telegram.url}/bot${token}/getMe`)).status, 502);
});
