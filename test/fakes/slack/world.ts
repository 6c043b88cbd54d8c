/** Who and what there is: people, channels and their messages, as the fake holds them. */
import type { Agenda } from './agenda.ts';
import type { Block } from './blocks.ts';

export interface User {
  id: string;
  name: string;
  is_bot: boolean;
}

export interface HeldFile {
  id: string;
  name: string;
  title: string;
  bytes: Buffer;
}

/** A message as it stands. */
export interface Held {
  ts: string;
  user: string;
  text: string;
  blocks: Block[];
  /** The `ts` of the message whose thread it is in. */
  thread?: string;
  /** How often it was changed. */
  edits: number;
  /** Who reacted, by the emoji's name. */
  reactions: Record<string, string[]>;
  files: HeldFile[];
}

/** `group` is a private channel, `im` a talk with one person. */
export type ChannelType = 'channel' | 'group' | 'im';

export interface Channel {
  id: string;
  name: string;
  type: ChannelType;
  archived: boolean;
  /** Whether the bot is in it. */
  joined: boolean;
  /** People who are not in it. */
  absent: Set<string>;
  messages: Map<string, Held>;
}

/** The app as Slack knows it. */
export interface Identity {
  team: string;
  app: string;
  /** The bot as an author of messages. */
  bot: string;
  /** The bot as a user: who is mentioned. */
  user: string;
}

const PREFIXES = { channel: 'C', group: 'C', im: 'D' };

export class World {
  readonly agenda: Agenda;
  readonly identity: Identity = { team: 'T0FAKE', app: 'A0FAKE', bot: 'B0FAKE', user: 'U0MUSTER' };
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  #number = 1000;
  #lastTs = 0;

  constructor(agenda: Agenda) {
    this.agenda = agenda;
    const { user } = this.identity;
    this.users.set(user, { id: user, name: 'muster', is_bot: true });
  }

  /** An id as the real ones: a letter and capitals. */
  id(prefix: string): string {
    this.#number += 1;
    return `${prefix}0${this.#number.toString(36).toUpperCase()}`;
  }

  addUser(name: string, id = this.id('U')): User {
    const user = { id, name: name.toLowerCase(), is_bot: false };
    this.users.set(user.id, user);
    return user;
  }

  addChannel(type: ChannelType, name: string, more: Partial<Channel> = {}): Channel {
    const id = this.id(PREFIXES[type]);
    const channel = {
      id,
      name,
      type,
      archived: false,
      joined: true,
      absent: new Set<string>(),
      messages: new Map(),
      ...more,
    };
    this.channels.set(id, channel);
    return channel;
  }

  addMessage(channel: Channel, user: string, more: Partial<Held> = {}): Held {
    const held: Held = {
      ts: this.ts(),
      user,
      text: '',
      blocks: [],
      edits: 0,
      reactions: {},
      files: [],
      ...more,
    };
    channel.messages.set(held.ts, held);
    return held;
  }

  /** A time stamp that is its message's name: no two are the same, and they only grow. */
  ts(): string {
    this.#lastTs = Math.max(this.#lastTs + 1, this.agenda.clock.now() * 1000);
    const [, seconds, micros] = /^(\d+)(\d{6})$/.exec(String(this.#lastTs)) ?? [];
    return `${seconds}.${micros}`;
  }

  seconds(): number {
    return Math.floor(this.agenda.clock.now() / 1000);
  }
}

/** The message as docs.slack.dev/reference/events/message. */
export function messageObject({ identity }: World, held: Held): Record<string, unknown> {
  const own = held.user === identity.user && { bot_id: identity.bot, app_id: identity.app };
  const files = held.files.map(({ id, name, title, bytes }) => ({ id, name, title, size: bytes.length }));
  return {
    type: 'message',
    ...(files.length > 0 && { subtype: 'file_share', files }),
    user: held.user,
    ts: held.ts,
    ...own,
    text: held.text,
    team: identity.team,
    ...(held.blocks.length > 0 && { blocks: held.blocks }),
    ...(held.thread !== undefined && { thread_ts: held.thread }),
    ...(held.edits > 0 && { edited: { user: held.user, ts: held.ts } }),
  };
}
