/** The side of the people: a test makes them and their chats, lets them speak and press buttons, and reads what they see. */
import { amend, click, migrate, type Saying, say } from './people.ts';
import type { Service } from './service.ts';
import { changeStanding } from './standing.ts';
import type { Chat, Held, User } from './world.ts';

/** A message as it stood when the test looked. */
export interface Seen extends Held {
  chat: number;
}

/** A chat, or its id. */
type Where = { id: number } | number;

export class Scene {
  readonly bot: User;
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
    this.bot = service.world.bot;
  }

  /** A person. */
  user(name = 'Ada', id?: number): User {
    return this.#service.world.addUser(name, id);
  }

  /** The private chat with a person, who has pressed «Start» unless told otherwise. */
  privateChat(user: User, { started = true } = {}): Chat {
    const standing = started ? 'member' : 'unstarted';
    const people = new Map([[user.id, 'member' as const]]);
    return this.#service.world.addChat('private', user.first_name, { id: user.id, standing, people });
  }

  /** A group with the bot in it; `people` and `standing` as wanted. */
  group(title = 'Builders', more: Partial<Chat> = {}): Chat {
    return this.#service.world.addChat('group', title, more);
  }

  supergroup(title = 'Builders', more: Partial<Chat> = {}): Chat {
    return this.#service.world.addChat('supergroup', title, more);
  }

  /** A supergroup with topics. */
  forum(title = 'Builders', more: Partial<Chat> = {}): Chat {
    return this.supergroup(title, { ...more, forum: true });
  }

  /** A topic of a forum; gives its `message_thread_id`. */
  topic(chat: Chat, name: string): number {
    const service = { forum_topic_created: { name, icon_color: 7_322_096 } };
    const { id } = this.#service.world.addMessage(chat, this.bot, { service });
    chat.topics.set(id, { name, closed: false });
    return id;
  }

  /** A person says something; gives the update's id, as all that follow. */
  say(chat: Where, user: User, text: string, where?: Saying): number {
    return say(this.#service, this.#chat(chat), user, text, where);
  }

  /** A person changes what they said. */
  amend(message: Seen, text: string): number {
    const [chat, held] = this.#held(message);
    return amend(this.#service, chat, held, text);
  }

  /** A person presses a button; data that is on no button is forged. */
  click(message: { chat: number; id: number }, user: User, data: string): number {
    return click(this.#service, this.#chat(message.chat), message.id, user, data);
  }

  /** Somebody takes a message away; no bot is told. */
  remove(message: Seen): void {
    const [chat, held] = this.#held(message);
    chat.messages.delete(held.id);
  }

  /** Makes a supergroup of a group and gives it. */
  migrate(group: Chat, by: User = this.user('Owner')): Chat {
    return migrate(this.#service, group, by);
  }

  /** Puts the bot out of a group. */
  kick(chat: Where, by: User = this.user('Owner')): number {
    return changeStanding(this.#service, this.#chat(chat), by, 'kicked');
  }

  /** A person blocks the bot. */
  block(user: User): number {
    return changeStanding(this.#service, this.#chat(user), user, 'blocked');
  }

  /** Lets the bot read and not write. */
  mute(chat: Where, by: User = this.user('Owner')): number {
    return changeStanding(this.#service, this.#chat(chat), by, 'restricted');
  }

  /** Deletes a group; no bot is told. */
  dissolve(chat: Where): void {
    this.#service.world.chats.delete(this.#chat(chat).id);
  }

  /** Restores a group that was deleted, as it was. */
  refound(chat: Chat): void {
    this.#service.world.chats.set(chat.id, chat);
  }

  /** Tells the bot anything, also what it does not know. */
  tell(news: object): number {
    return this.#service.updates.add(news as never);
  }

  /** Takes the bot in again, or makes it an administrator. */
  admit(chat: Where, standing: 'member' | 'administrator' = 'member', by: User = this.user('Owner')): number {
    return changeStanding(this.#service, this.#chat(chat), by, standing);
  }

  /** What stands in a chat, oldest first. */
  messages(chat: Where): Seen[] {
    const { id, messages } = this.#chat(chat);
    return [...messages.values()].map((held) => seen(id, held));
  }

  /** The bot's messages in a chat, oldest first. */
  said(chat: Where): Seen[] {
    return this.messages(chat).filter(({ from, service }) => from.id === this.bot.id && !service);
  }

  #chat(where: Where): Chat {
    const chat = this.#service.world.chats.get(typeof where === 'number' ? where : where.id);
    if (!chat) throw new Error('there is no such chat');
    return chat;
  }

  #held(message: Seen): [Chat, Held] {
    const chat = this.#chat(message.chat);
    const held = chat.messages.get(message.id);
    if (!held) throw new Error('there is no such message');
    return [chat, held];
  }
}

function seen(chat: number, { document, ...held }: Held): Seen {
  return { ...structuredClone(held), ...(document && { document: { ...document } }), chat };
}
