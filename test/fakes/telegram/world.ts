/** Who and what there is: people, chats and their messages, as the fake holds them. */
import type { Chat as ChatObject, InlineKeyboardButton, Message, MessageEntity, User } from 'grammy/types';
import type { Clock } from './budget.ts';
import type { Upload } from './params.ts';

export type { User } from 'grammy/types';

/** What the bot is in a chat; `unstarted` and `blocked` in private chats only. Who is `restricted` may read and not write. */
export type Standing =
  | 'member'
  | 'administrator'
  | 'restricted'
  | 'left'
  | 'kicked'
  | 'blocked'
  | 'unstarted';

/** A message as it stands. */
export interface Held {
  id: number;
  from: User;
  /** Seconds since 1970. */
  date: number;
  /** The text, or the caption of a document; empty for service messages. */
  text: string;
  entities: MessageEntity[];
  /** Inline buttons, by rows. */
  keyboard: InlineKeyboardButton[][];
  /** How often it was edited. */
  edits: number;
  /** Seconds since 1970. */
  edited?: number;
  /** The topic of a forum. */
  thread?: number;
  replyTo?: number;
  document?: Upload & { fileId: string; photo?: true };
  /** The bot's reactions. */
  reactions: string[];
  /** What a service message says. */
  service?: Partial<Message>;
}

export interface Topic {
  name: string;
  closed: boolean;
}

export interface Chat {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  title: string;
  forum: boolean;
  topics: Map<number, Topic>;
  standing: Standing;
  people: Map<number, 'creator' | 'administrator' | 'member'>;
  migratedTo?: number;
  /** `false` where the bot may send no files. */
  files?: boolean;
  /** Reactions that are allowed; undefined for all. */
  allowedReactions?: string[];
  messages: Map<number, Held>;
}

/** People and chats, and the numbers that messages get. */
export class World {
  readonly clock: Clock;
  readonly bot: User;
  readonly users = new Map<number, User>();
  readonly chats = new Map<number, Chat>();
  readonly #lastIds = new Map<number, number>();
  #people = 1000;
  #chats = 4000;

  constructor(clock: Clock, bot: User) {
    this.clock = clock;
    this.bot = bot;
    this.users.set(bot.id, bot);
  }

  seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  addUser(name: string, id = ++this.#people): User {
    const user = { id, is_bot: false, first_name: name, username: name.toLowerCase().replaceAll(/\W/g, '_') };
    this.users.set(id, user);
    return user;
  }

  /** Ids as the real ones: people above 0, groups below, supergroups below -1,000,000,000,000. */
  addChat(type: Chat['type'], title: string, more: Partial<Chat> = {}): Chat {
    const number = ++this.#chats;
    const chat: Chat = {
      id: type === 'group' ? -number : -1_000_000_000_000 - number,
      type,
      title,
      forum: false,
      topics: new Map(),
      standing: 'member',
      people: new Map(),
      messages: new Map(),
      ...more,
    };
    this.chats.set(chat.id, chat);
    return chat;
  }

  /** Supergroups count their messages on their own; private chats and groups share one count. */
  addMessage(chat: Chat, from: User, more: Partial<Held> = {}): Held {
    const counter = chat.type === 'supergroup' ? chat.id : 0;
    const id = (this.#lastIds.get(counter) ?? 0) + 1;
    this.#lastIds.set(counter, id);
    const held: Held = {
      id,
      from,
      date: this.seconds(),
      text: '',
      entities: [],
      keyboard: [],
      edits: 0,
      reactions: [],
      ...more,
    };
    chat.messages.set(id, held);
    return held;
  }
}

/** The chat as core.telegram.org/bots/api#chat. */
export function chatObject(chat: Chat): ChatObject {
  if (chat.type === 'private') return { id: chat.id, type: 'private', first_name: chat.title };
  if (chat.type === 'group') return { id: chat.id, type: 'group', title: chat.title };
  return { id: chat.id, type: 'supergroup', title: chat.title, ...(chat.forum && { is_forum: true }) };
}

/** The message as core.telegram.org/bots/api#message; a reply carries what it answers, and that nothing more. */
export function messageObject(chat: Chat, held: Held, deep = true): Message {
  const answered = deep ? chat.messages.get(held.replyTo ?? held.thread ?? 0) : undefined;
  const message: Partial<Message> = {
    message_id: held.id,
    from: held.from,
    date: held.date,
    chat: chatObject(chat) as Message['chat'],
    ...threadOf(chat, held),
    ...held.service,
  };
  if (held.edited !== undefined) message.edit_date = held.edited;
  if (answered)
    message.reply_to_message = messageObject(chat, answered, false) as Message['reply_to_message'];
  if (held.document?.photo) {
    const { fileId, bytes } = held.document;
    const size = { file_id: fileId, file_unique_id: `u${fileId}`, file_size: bytes.length };
    message.photo = [{ ...size, width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }];
  } else if (held.document) {
    const { fileId, name, bytes } = held.document;
    message.document = {
      file_id: fileId,
      file_unique_id: `u${fileId}`,
      file_name: name,
      file_size: bytes.length,
    };
  }
  const entities = held.entities.length > 0 ? held.entities : undefined;
  if (held.text && held.document) Object.assign(message, { caption: held.text, caption_entities: entities });
  else if (held.text) Object.assign(message, { text: held.text, entities });
  if (held.keyboard.length > 0) message.reply_markup = { inline_keyboard: held.keyboard };
  return message as Message;
}

/** A topic has a thread, and so have answers in a supergroup without topics: `is_topic_message` tells them apart. */
function threadOf(chat: Chat, held: Held): Partial<Message> {
  if (held.thread !== undefined) return { message_thread_id: held.thread, is_topic_message: true };
  if (chat.type !== 'supergroup' || held.replyTo === undefined) return {};
  let root = held;
  for (let up = root.replyTo; up !== undefined; up = root.replyTo) {
    const answered = chat.messages.get(up);
    if (!answered) return { message_thread_id: up };
    root = answered;
  }
  return { message_thread_id: root.id };
}
