/** The side of the people: a test makes them and their channels, lets them speak, type commands and press buttons, and reads what they see. */
import type { Delivery } from './deliveries.ts';
import { commandPayload, pressPayload, tell, tellChange, tellMessage } from './payloads.ts';
import { buttonsOf, markupIn, readingOf } from './reading.ts';
import type { Ephemeral, Service } from './service.ts';
import { escaped, type Markup } from './text.ts';
import { type Channel, type Held, type Identity, messageObject, type User } from './world.ts';

/** A message as it stood when the test looked. */
export interface Seen extends Held, Markup {
  channel: string;
  /** What people read: blocks as lines, or the text. */
  reading: string;
}

/** Somebody said something. */
export interface Said {
  channel: string;
  ts: string;
  /** What the app is told of it: a `message`, and an `app_mention` where the bot is mentioned. */
  deliveries: Delivery[];
}

export interface Saying {
  /** The `ts` of the message whose thread is answered. */
  thread?: string;
  /** The text is Slack's already: mentions and links in it are some. Otherwise it is what was typed. */
  markup?: boolean;
}

/** A channel, or its id. */
type Where = { id: string } | string;
/** A message, said or seen. */
type Which = { channel: string; ts: string };

export class Scene {
  readonly identity: Identity;
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
    this.identity = service.world.identity;
  }

  /** A person; the bot finds them in every channel. */
  user(name = 'ada', id?: string): User {
    return this.#service.world.addUser(name, id);
  }

  /** A public channel with the bot in it. */
  channel(name = 'builders', more: Partial<Channel> = {}): Channel {
    return this.#service.world.addChannel('channel', name, more);
  }

  privateChannel(name = 'secret', more: Partial<Channel> = {}): Channel {
    return this.#service.world.addChannel('group', name, more);
  }

  /** A person's talk with the bot. */
  directMessage(user: User): Channel {
    return this.#service.world.addChannel('im', user.name);
  }

  /** A person says something. Limit: as text only, without the rich text that Slack's own clients send along. */
  say(where: Where, user: User, text: string, { thread, markup = false }: Saying = {}): Said {
    const channel = this.#channel(where);
    if (channel.archived) throw new Error('nobody can speak in an archived channel');
    const held = this.#service.world.addMessage(channel, user.id, {
      text: markup ? text : escaped(text),
      thread,
    });
    return { channel: channel.id, ts: held.ts, deliveries: tellMessage(this.#service, channel, held) };
  }

  /** A person says something to the bot. */
  mention(where: Where, user: User, text: string, { thread, markup = false }: Saying = {}): Said {
    const words = `<@${this.identity.user}> ${markup ? text : escaped(text)}`;
    return this.say(where, user, words, { thread, markup: true });
  }

  /** A person types `/muster …`. */
  command(where: Where, user: User, text: string, command = '/muster'): Delivery {
    const payload = commandPayload(this.#service, this.#channel(where), user, command, escaped(text));
    return this.#service.deliveries.add('slash_commands', payload);
  }

  /** A person presses the button with this value; a value that is on no button is forged. Limit: not under ephemeral messages. */
  click(message: Which, user: User, value: string): Delivery {
    const [channel, held] = this.#held(message);
    const buttons = buttonsOf(held.blocks);
    const forged = {
      type: 'button',
      block_id: 'forged',
      action_id: buttons[0]?.action_id ?? 'forged',
      value,
    };
    const button = buttons.find((one) => one.value === value) ?? forged;
    return this.#service.deliveries.add(
      'interactive',
      pressPayload(this.#service, channel, held, user, button),
    );
  }

  /** A person changes what they said. */
  amend(message: Which, text: string): Delivery[] {
    const [channel, held] = this.#held(message);
    const previous = messageObject(this.#service.world, held);
    Object.assign(held, { text: escaped(text), edits: held.edits + 1 });
    return tellChange(this.#service, channel, 'message_changed', previous, held);
  }

  /** Somebody takes a message away. */
  remove(message: Which): Delivery[] {
    const [channel, held] = this.#held(message);
    channel.messages.delete(held.ts);
    return tellChange(
      this.#service,
      channel,
      'message_deleted',
      messageObject(this.#service.world, held),
      held,
    );
  }

  /** Puts the bot out of a channel: it hears nothing more of it. Limit: no event tells of it. */
  kick(where: Where): void {
    this.#channel(where).joined = false;
  }

  /** Takes the bot in again, and tells it so. */
  invite(where: Where): void {
    const channel = this.#channel(where);
    channel.joined = true;
    const { user, team } = this.identity;
    tell(this.#service, channel, { type: 'member_joined_channel', user, channel_type: 'C', team });
  }

  /** Archives a channel, or opens it again, and tells the bot so. */
  archive(where: Where, archived = true): void {
    const channel = this.#channel(where);
    channel.archived = archived;
    const type = archived ? 'channel_archive' : 'channel_unarchive';
    tell(this.#service, channel, { type, user: 'U0OWNER' });
  }

  /** What stands in a channel and its threads, oldest first. */
  messages(where: Where): Seen[] {
    const { id, messages } = this.#channel(where);
    return [...messages.values()].map((held) => seen(id, held));
  }

  /** The bot's messages in a channel, oldest first. */
  said(where: Where): Seen[] {
    return this.messages(where).filter(({ user }) => user === this.identity.user);
  }

  /** What single people were told, oldest first. */
  get ephemerals(): (Ephemeral & Markup & { reading: string })[] {
    return this.#service.ephemerals.map((one) => ({
      ...structuredClone(one),
      ...markupIn(one.text, one.blocks),
      reading: readingOf(one.text, one.blocks),
    }));
  }

  #channel(where: Where): Channel {
    const channel = this.#service.world.channels.get(typeof where === 'string' ? where : where.id);
    if (!channel) throw new Error('there is no such channel');
    return channel;
  }

  #held({ channel: id, ts }: Which): [Channel, Held] {
    const channel = this.#channel(id);
    const held = channel.messages.get(ts);
    if (!held) throw new Error('there is no such message');
    return [channel, held];
  }
}

function seen(channel: string, { files, ...held }: Held): Seen {
  const { text, blocks } = held;
  return {
    ...structuredClone(held),
    files: files.map(({ id, name, title, bytes }) => ({ id, name, title, bytes })),
    channel,
    ...markupIn(text, blocks),
    reading: readingOf(text, blocks),
  };
}
