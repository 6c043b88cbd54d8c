/** What people do in a chat, and the updates that tell the bot of it. */
import type { Message, MessageEntity } from 'grammy/types';
import type { Service } from './service.ts';
import { type Chat, type Held, messageObject, type User } from './world.ts';

/** Where and to what something is said. */
export interface Saying {
  /** The topic of a forum. */
  thread?: number;
  /** The id of a message. */
  replyTo?: number;
  /** What else the message is, and what it is instead: a forward, a sticker, one under another name. */
  as?: Partial<Message>;
}

/** Says a line and gives the update; who speaks is a member from then on. Limit: the bot hears all, as with privacy mode off. */
export function say(
  service: Service,
  chat: Chat,
  user: User,
  text: string,
  { as, ...where }: Saying = {},
): number {
  if (chat.standing === 'unstarted') chat.standing = 'member';
  if (!['member', 'administrator', 'restricted'].includes(chat.standing))
    throw new Error('the bot is not in this chat');
  if (where.thread !== undefined && !chat.topics.has(where.thread)) throw new Error('there is no such topic');
  if (!chat.people.has(user.id)) chat.people.set(user.id, 'member');
  const held = service.world.addMessage(chat, user, {
    text,
    entities: entitiesOf(text),
    ...where,
    service: as,
  });
  return service.updates.add({ message: messageObject(chat, held) } as never);
}

/** Changes what a person had said, and gives the update. */
export function amend(service: Service, chat: Chat, held: Held, text: string): number {
  Object.assign(held, { text, entities: entitiesOf(text), edited: service.world.seconds() });
  held.edits += 1;
  return service.updates.add({ edited_message: messageObject(chat, held) } as never);
}

/** Presses a button, or pretends to: `data` need not be on it. Gives the update. */
export function click(service: Service, chat: Chat, message: number, user: User, data: string): number {
  const { world, updates, queries } = service;
  const held = chat.messages.get(message);
  const id = `${world.bot.id}${queries.size}${world.clock.now()}${Math.floor(Math.random() * 1e6)}`;
  const told = held
    ? messageObject(chat, held)
    : { chat: { id: chat.id, type: chat.type, title: chat.title }, message_id: message, date: 0 };
  const update = updates.add({
    callback_query: { id, from: user, message: told as never, chat_instance: String(-chat.id), data },
  });
  queries.set(id, { id, update, chat: chat.id, message, at: world.clock.now() });
  return update;
}

/** Makes a supergroup of a group: other id, no old messages; both tell of it. */
export function migrate(service: Service, group: Chat, by: User): Chat {
  if (group.type !== 'group') throw new Error('only a group becomes a supergroup');
  const { world, updates } = service;
  const { people, standing } = group;
  const chat = world.addChat('supergroup', group.title, { people: new Map(people), standing });
  const tell = (where: Chat, service: Held['service']) =>
    updates.add({ message: messageObject(where, world.addMessage(where, by, { service })) } as never);
  tell(group, { migrate_to_chat_id: chat.id });
  tell(chat, { migrate_from_chat_id: group.id });
  group.migratedTo = chat.id;
  return chat;
}

/** Commands and mentions as Telegram marks them. Limit: nothing else, no addresses or hashtags. */
function entitiesOf(text: string): MessageEntity[] {
  const found = [...text.matchAll(/(?<![\w/@])(?:\/\w{1,64}(?:@\w{3,32})?|@\w{3,32})(?![\w/])/g)];
  return found.map(({ 0: word, index }) => ({
    type: word.startsWith('/') ? 'bot_command' : 'mention',
    offset: index,
    length: word.length,
  }));
}
