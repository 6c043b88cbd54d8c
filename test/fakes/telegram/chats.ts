/** Methods about chats and about the bot itself. */
import { chatOf, openChat } from './access.ts';
import { languageOf, scopeOf } from './commands.ts';
import type { Params } from './params.ts';
import { bad, forbidden } from './refusal.ts';
import type { Method, Service } from './service.ts';
import { changeStanding, memberOf } from './standing.ts';
import { chatObject } from './world.ts';

/** A supergroup that put the bot out tells it nothing more; a group does. */
const getChat: Method = ({ world }, params) => {
  const chat = chatOf(world, params);
  if (chat.type === 'supergroup' && ['left', 'kicked'].includes(chat.standing)) openChat(world, params);
  return { ...chatObject(chat), accent_color_id: 0, max_reaction_count: 11 };
};

const getChatMember: Method = ({ world }, params) => {
  const chat = chatOf(world, params);
  if (chat.standing === 'kicked') throw forbidden(`bot was kicked from the ${chat.type} chat`);
  const user = world.users.get(params.integer('user_id'));
  if (!params.has('user_id')) throw bad('invalid user_id specified');
  if (!user) throw bad(chat.type === 'supergroup' ? 'PARTICIPANT_ID_INVALID' : 'user not found');
  return memberOf(world, chat, user);
};

const leaveChat: Method = (service, params) => {
  const chat = openChat(service.world, params);
  if (chat.type === 'private') throw bad("chat member status can't be changed in private chats");
  changeStanding(service, chat, service.world.bot, 'left');
  return true;
};

const getMe: Method = ({ world }) => ({
  ...world.bot,
  can_join_groups: true,
  can_read_all_group_messages: true,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
});

/** The scope, with its chat looked up. */
function checkedScope({ world }: Service, params: Params) {
  const scope = scopeOf(params);
  if (!('chat_id' in scope)) return scope;
  const chat = world.chats.get(Number(scope.chat_id));
  if (!chat) throw bad('chat not found');
  if (chat.type === 'private' && scope.type !== 'chat')
    throw bad("can't use specified scope in private chats");
  if ('user_id' in scope && !world.users.has(Number(scope.user_id))) throw bad('user not found');
  return scope;
}

const setMyCommands: Method = (service, params) =>
  service.commands.set(params, checkedScope(service, params));
const deleteMyCommands: Method = (service, params) =>
  service.commands.delete(params, checkedScope(service, params));
const getMyCommands: Method = (service, params) =>
  service.commands.get(checkedScope(service, params), languageOf(params));

const getUpdates: Method = ({ updates }, params, gone) => updates.get(params, gone);

const setWebhook: Method = ({ webhook }, params) =>
  params.has('url') ? webhook.set(params) : webhook.delete(params);
const deleteWebhook: Method = ({ webhook }, params) => webhook.delete(params);
const getWebhookInfo: Method = ({ webhook }) => webhook.info();

/** The methods of this file. */
export const chatMethods = {
  getChat,
  getChatMember,
  leaveChat,
  getMe,
  setMyCommands,
  deleteMyCommands,
  getMyCommands,
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
} satisfies Record<string, Method>;
