/** A real grammY bot lives with the fake as it would with Telegram. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InlineKeyboard, InputFile } from 'grammy';
import { until } from '../until.ts';
import { refused, started } from './telegram/started.ts';

test('a bot hears a command, answers in its topic and edits the answer', async (t) => {
  const { telegram, polling } = await started(t);
  const ada = telegram.user('Ada');
  const forum = telegram.forum('Builders');
  const thread = telegram.topic(forum, 'shop');
  await polling((bot) =>
    bot.command('deploy', async (ctx) => {
      const answer = await ctx.reply(`<b>Deploying</b> ${ctx.match}`, { parse_mode: 'HTML' });
      await ctx.api.editMessageText(answer.chat.id, answer.message_id, 'Deployed 🎉');
    }),
  );
  telegram.say(forum, ada, '/deploy@muster_fake_bot shop v2', { thread });
  const answer = await until(() => telegram.said(forum).find(({ edits }) => edits === 1));
  assert.equal(answer.text, 'Deployed 🎉');
  assert.equal(answer.thread, thread);
  assert.deepEqual(answer.entities, []);
});

test('a bot answers a pressed button once, in its time', async (t) => {
  const { telegram, api, polling, pass } = await started(t);
  const ada = telegram.user('Ada');
  const group = telegram.group();
  const queries: string[] = [];
  await polling((bot) =>
    bot.on('callback_query:data', async (ctx) => {
      queries.push(ctx.callbackQuery.id);
      if (ctx.callbackQuery.data === 'late') return;
      await ctx.answerCallbackQuery({ text: ctx.callbackQuery.data, show_alert: true });
      await ctx.editMessageReplyMarkup();
    }),
  );
  await api.sendMessage(group.id, 'Sure?', { reply_markup: new InlineKeyboard().text('Yes', 'yes') });
  const [asked] = telegram.said(group);
  assert.deepEqual(asked?.keyboard, [[{ text: 'Yes', callback_data: 'yes' }]]);
  const update = telegram.click(asked!, ada, 'yes');
  await until(() => telegram.said(group)[0]?.keyboard.length === 0);
  const [answer] = telegram.answers;
  assert.deepEqual([answer?.update, answer?.text, answer?.alert], [update, 'yes', true]);
  const old = 'Bad Request: query is too old and response timeout expired or query ID is invalid';
  await refused(api.answerCallbackQuery(queries[0]!), 400, old);
  telegram.click(asked!, ada, 'late');
  await until(() => queries.length === 2);
  pass(16_000);
  await refused(api.answerCallbackQuery(queries[1]!), 400, old);
});

test('a bot sends a file, reacts, types and leaves', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user('Ada');
  const group = telegram.group();
  telegram.say(group, ada, 'the log, please');
  const [line] = telegram.messages(group);
  await api.sendChatAction(group.id, 'upload_document');
  const log = new InputFile(Buffer.from([0, 13, 10, 255]), 'run 7.log');
  const sent = await api.sendDocument(group.id, log, {
    caption: 'a &amp; <i>b</i>',
    parse_mode: 'HTML',
    reply_parameters: { message_id: line!.id },
  });
  await api.setMessageReaction(group.id, line!.id, [{ type: 'emoji', emoji: '👀' }]);
  assert.deepEqual([sent.document.file_name, sent.document.file_size], ['run 7.log', 4]);
  const [first, answer] = telegram.messages(group);
  assert.deepEqual(answer?.document?.bytes, Buffer.from([0, 13, 10, 255]));
  assert.deepEqual([answer?.text, answer?.replyTo], ['a & b', line?.id]);
  assert.deepEqual(answer?.entities, [{ type: 'italic', offset: 4, length: 1 }]);
  assert.deepEqual(first?.reactions, ['👀']);
  assert.deepEqual(
    telegram.actions.map(({ action }) => action),
    ['upload_document'],
  );
  await api.sendDocument(group.id, sent.document.file_id);
  await api.leaveChat(group.id);
  await refused(api.sendMessage(group.id, 'hm'), 403, 'Forbidden: bot is not a member of the group chat');
});

test('a bot asks who is there', async (t) => {
  const { telegram, api } = await started(t);
  const ada = telegram.user('Ada');
  const eve = telegram.user('Eve');
  const group = telegram.supergroup('Builders', { people: new Map([[ada.id, 'administrator']]) });
  assert.deepEqual((await api.getMe()).username, telegram.bot.username);
  assert.equal((await api.getChat(group.id)).title, 'Builders');
  assert.equal((await api.getChatMember(group.id, ada.id)).status, 'administrator');
  assert.equal((await api.getChatMember(group.id, eve.id)).status, 'left');
  assert.equal((await api.getChatMember(group.id, telegram.bot.id)).status, 'member');
  await refused(api.getChatMember(group.id, 9), 400, 'Bad Request: PARTICIPANT_ID_INVALID');
  await refused(api.getChat(9), 400, 'Bad Request: chat not found');
});
