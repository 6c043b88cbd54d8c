/** What the real service refuses is refused with its words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, InputFile } from 'grammy';
import { refused, started } from './started.ts';

test('a wrong or revoked token is unauthorised, an unknown method is not found', async (t) => {
  const { telegram, api } = await started(t);
  const wrong = (token: string) => new Api(token, { apiRoot: telegram.url }).getMe();
  await refused(wrong('4242:other'), 401, 'Unauthorized');
  await refused(wrong('no-token'), 404, 'Not Found');
  await refused(
    (api.raw as never as { fly(o: object): Promise<void> }).fly({}),
    404,
    'Not Found: method not found',
  );
  await api.getMe();
  telegram.revoke();
  await refused(api.getMe(), 401, 'Unauthorized');
});

test('an edit that changes nothing is refused; the buttons count', async (t) => {
  const { telegram, api, pass } = await started(t);
  const { id } = telegram.group();
  const reply_markup = { inline_keyboard: [[{ text: 'Stop', callback_data: 'stop' }]] };
  const { message_id } = await api.sendMessage(id, 'x', { reply_markup });
  const same =
    'Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
  await refused(api.editMessageText(id, message_id, ' x ', { reply_markup }), 400, same);
  await refused(api.editMessageReplyMarkup(id, message_id, { reply_markup }), 400, same);
  pass(2000);
  await api.editMessageText(id, message_id, 'x');
  assert.deepEqual(telegram.said(id)[0]?.keyboard, []);
});

test('what is not there or is not its own cannot be edited', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  telegram.say(id, telegram.user(), 'mine');
  const [mine] = telegram.messages(id);
  await refused(api.editMessageText(id, mine!.id, 'y'), 400, "Bad Request: message can't be edited");
  await refused(api.deleteMessage(id, mine!.id), 400, "Bad Request: message can't be deleted");
  await refused(api.editMessageText(id, 99, 'y'), 400, 'Bad Request: message to edit not found');
  await refused(api.deleteMessage(id, 99), 400, 'Bad Request: message to delete not found');
  await api.sendMessage(id, 'x');
  telegram.remove(telegram.said(id)[0]!);
  await refused(api.editMessageText(id, 2, 'y'), 400, 'Bad Request: message to edit not found');
  const lost = { reply_parameters: { message_id: 99 } };
  await refused(api.sendMessage(id, 'x', lost), 400, 'Bad Request: message to be replied not found');
  await api.sendMessage(id, 'x', {
    reply_parameters: { message_id: 99, allow_sending_without_reply: true },
  });
});

test('old messages cannot be taken back', async (t) => {
  const { telegram, api, pass } = await started(t);
  const { id } = telegram.group();
  const { message_id } = await api.sendMessage(id, 'x');
  pass(49 * 3_600_000);
  await refused(api.deleteMessage(id, message_id), 400, "Bad Request: message can't be deleted for everyone");
});

test('a file has no text to edit', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const { message_id } = await api.sendDocument(id, new InputFile(Buffer.from('x'), 'x.log'));
  await refused(
    api.editMessageText(id, message_id, 'y'),
    400,
    'Bad Request: there is no text in the message to edit',
  );
});

test('files are between 1 byte and 50 MB, their captions up to 1,024', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const file = (bytes: number) => new InputFile(Buffer.alloc(bytes), 'core');
  await refused(api.sendDocument(id, file(50 * 1024 * 1024 + 1)), 413, 'Request Entity Too Large');
  await refused(api.sendDocument(id, file(52 * 1024 * 1024)), 413, 'Request Entity Too Large');
  await refused(api.sendDocument(id, file(0)), 400, 'Bad Request: file must be non-empty');
  const caption = 'x'.repeat(1025);
  await refused(api.sendDocument(id, file(1), { caption }), 400, 'Bad Request: message caption is too long');
  await refused(
    api.sendDocument(id, 'nothing'),
    400,
    'Bad Request: wrong file identifier/HTTP URL specified',
  );
  await api.sendDocument(id, file(50 * 1024 * 1024));
  const strict = telegram.group('strict', { files: false });
  const forbidden = 'Bad Request: not enough rights to send documents to the chat';
  await refused(api.sendDocument(strict.id, file(1)), 400, forbidden);
});

test('buttons carry 64 bytes at most, and something to do', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const send = (...row: object[]) =>
    api.sendMessage(id, 'x', { reply_markup: { inline_keyboard: [row as never] } });
  await send({ text: 'a', callback_data: 'é'.repeat(32) });
  await refused(send({ text: 'a', callback_data: 'é'.repeat(33) }), 400, 'Bad Request: BUTTON_DATA_INVALID');
  await refused(send({ text: 'a', callback_data: '' }), 400, 'Bad Request: BUTTON_DATA_INVALID');
  await refused(
    send({ text: 'a' }),
    400,
    "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
  );
  await refused(
    send({ text: 'a', url: 'http://localhost' }),
    400,
    "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL specified",
  );
  const many = Array.from({ length: 101 }, () => ({ text: 'a', callback_data: 'a' }));
  await refused(send(...many), 400, 'Bad Request: reply markup is too long');
});

test('a forged button is told like any other', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const { message_id } = await api.sendMessage(id, 'x');
  const eve = telegram.user('Eve');
  telegram.click({ chat: id, id: message_id }, eve, 'approve 7');
  telegram.click({ chat: id, id: 99 }, eve, 'approve 8');
  const [there, gone] = (await api.getUpdates()).map(({ callback_query }) => callback_query);
  assert.deepEqual([there?.from.id, there?.data, there?.message?.text], [eve.id, 'approve 7', 'x']);
  assert.deepEqual([gone?.data, gone?.message?.message_id, gone?.message?.date], ['approve 8', 99, 0]);
});

test('reactions are one of those that are allowed', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group('Builders', { allowedReactions: ['👍'] });
  telegram.say(group, telegram.user(), 'x');
  const react = (emoji: string, message = 1) =>
    api.setMessageReaction(group.id, message, [{ type: 'emoji', emoji: emoji as '👍' }]);
  await react('👍');
  await refused(react('✅'), 400, 'Bad Request: REACTION_INVALID');
  await refused(react('👀'), 400, 'Bad Request: REACTION_INVALID');
  await refused(react('👍', 99), 400, 'Bad Request: message to react not found');
  assert.deepEqual(telegram.messages(group)[0]?.reactions, ['👍']);
});

test('actions are of the list', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const dance = api.sendChatAction(id, 'dance' as 'typing');
  await refused(dance, 400, 'Bad Request: wrong parameter action in request');
});

test('commands are small words with a description, by scope and language', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  const scope = { type: 'chat', chat_id: id } as const;
  const set = (command: string, description = 'd') =>
    api.setMyCommands([{ command, description }], { scope });
  await set('/deploy', ' Deploys ');
  const deploy = [{ command: 'deploy', description: 'Deploys' }];
  assert.deepEqual(await api.getMyCommands({ scope }), deploy);
  assert.deepEqual([telegram.commands(scope), telegram.commands()], [deploy, []]);
  await refused(set('Deploy'), 400, 'Bad Request: BOT_COMMAND_INVALID');
  await refused(set('dry-run'), 400, 'Bad Request: BOT_COMMAND_INVALID');
  await refused(set('x'.repeat(33)), 400, 'Bad Request: command length must not exceed 32');
  await refused(set('x', ''), 400, 'Bad Request: command description must be non-empty');
  await refused(
    set('x', 'd'.repeat(257)),
    400,
    'Bad Request: command description length must not exceed 256',
  );
  const many = Array.from({ length: 101 }, (_, index) => ({ command: `c${index}`, description: 'd' }));
  await refused(api.setMyCommands(many), 400, 'Bad Request: BOT_COMMANDS_TOO_MUCH');
  const nowhere = api.setMyCommands(deploy, { scope: { type: 'chat', chat_id: 9 } });
  await refused(nowhere, 400, 'Bad Request: chat not found');
  const ada = telegram.user('Ada');
  const alone = telegram.privateChat(ada);
  const of = (chat_id: number, user_id: number) =>
    api.setMyCommands(deploy, { scope: { type: 'chat_member', chat_id, user_id } });
  await of(id, ada.id);
  await refused(of(id, 9), 400, 'Bad Request: user not found');
  await refused(of(alone.id, ada.id), 400, "Bad Request: can't use specified scope in private chats");
  await api.deleteMyCommands({ scope });
  assert.deepEqual(telegram.commands(scope), []);
});
