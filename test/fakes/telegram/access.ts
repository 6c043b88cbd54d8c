/** Which chat, topic and message a call means, and whether the bot may touch it (`check_chat` of telegram-bot-api). */
import type { Params } from './params.ts';
import { bad, forbidden } from './refusal.ts';
import type { Chat, Held, World } from './world.ts';

/** The chat of a call. Limit: chats are found by id only, not by `@name`. */
export function chatOf(world: World, params: Params, name = 'chat_id'): Chat {
  if (!params.has(name)) throw bad('chat_id is empty');
  const chat = world.chats.get(params.integer(name));
  if (!chat) throw bad('chat not found');
  return chat;
}

/** The chat of a call that changes something in it. */
export function openChat(world: World, params: Params): Chat {
  const chat = chatOf(world, params);
  if (chat.migratedTo !== undefined) {
    throw bad('group chat was upgraded to a supergroup chat', { migrate_to_chat_id: chat.migratedTo });
  }
  if (chat.standing === 'blocked') throw forbidden('bot was blocked by the user');
  if (chat.standing === 'unstarted') throw forbidden("bot can't initiate conversation with a user");
  if (chat.standing === 'kicked') throw forbidden(`bot was kicked from the ${chat.type} chat`);
  if (chat.standing === 'left') throw forbidden(`bot is not a member of the ${chat.type} chat`);
  return chat;
}

/** The topic to write to. The general topic has no number: its 1 is refused, as the real server does. */
export function topicOf(chat: Chat, params: Params): number | undefined {
  if (!params.has('message_thread_id')) return undefined;
  const thread = params.integer('message_thread_id');
  const topic = chat.topics.get(thread);
  if (!topic) throw bad('message thread not found');
  if (topic.closed && chat.standing !== 'administrator') throw bad('TOPIC_CLOSED');
  return thread;
}

/** The message of a call; `doing` is what is to be done to it, as the refusal words it. */
export function messageOf(chat: Chat, params: Params, doing: string): Held {
  if (!params.has('message_id')) throw bad('message identifier is not specified');
  const held = chat.messages.get(params.integer('message_id'));
  if (!held) throw bad(`message to ${doing} not found`);
  return held;
}

/** The message to reply to, by `reply_parameters` or the older `reply_to_message_id`. */
export function repliedTo(chat: Chat, params: Params): number | undefined {
  const reply = params.json('reply_parameters') as
    | { message_id?: number; allow_sending_without_reply?: boolean }
    | undefined;
  const id = Number(reply?.message_id ?? params.integer('reply_to_message_id'));
  if (id === 0) return undefined;
  if (chat.messages.has(id)) return id;
  if (reply?.allow_sending_without_reply || params.flag('allow_sending_without_reply')) return undefined;
  throw bad('message to be replied not found');
}
