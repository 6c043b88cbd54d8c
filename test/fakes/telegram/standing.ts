/** What the bot and people are in a chat, and how it changes. */
import type { ChatMember, User } from 'grammy/types';
import type { Service } from './service.ts';
import { type Chat, chatObject, type Standing, type World } from './world.ts';

/** The person in the chat as core.telegram.org/bots/api#chatmember. Limit: rights are not told one by one. */
export function memberOf(world: World, chat: Chat, user: User): ChatMember {
  const status = user.id === world.bot.id ? botStatus(chat.standing) : (chat.people.get(user.id) ?? 'left');
  const more = {
    ...(['kicked', 'restricted'].includes(status) && { until_date: 0 }),
    ...(status === 'restricted' && { is_member: true, can_send_messages: false }),
  };
  return { user, status, ...more } as ChatMember;
}

/** Changes what the bot is in a chat and tells of it by `my_chat_member`; gives the update. */
export function changeStanding(service: Service, chat: Chat, from: User, standing: Standing): number {
  const { world, updates } = service;
  const old = memberOf(world, chat, world.bot);
  chat.standing = standing;
  const change = { chat: chatObject(chat), from, date: world.seconds() };
  return updates.add({
    my_chat_member: { ...change, old_chat_member: old, new_chat_member: memberOf(world, chat, world.bot) },
  });
}

/** Who blocks a bot shows as having kicked it. */
function botStatus(standing: Standing): ChatMember['status'] {
  if (standing === 'blocked') return 'kicked';
  return standing === 'unstarted' ? 'left' : standing;
}
