/** A chat platform: what comes in, and where answers go. Console, Telegram and Slack implement it; one conformance suite holds them to it. */

import type { MusterError } from '../errors.ts';
import type { Attachment } from './outbox/attachment.ts';

/** A place in a chat where something is said. */
export interface Place {
  platform: string;
  chat: string;
  thread?: string;
}

/** One line from a person. */
export interface Incoming extends Place {
  /** The platform's own delivery id: a redelivered message has the same. */
  id: string;
  /** The person's id on the platform, as the configuration's `identities` name it. */
  user: string;
  text: string;
  /** What the bot is called there, for `/deploy@OurBot`. */
  bot?: string;
  /** The platform's id of the press, where the line was said by a button: its refusal goes to the person alone. */
  press?: string;
  /** The platform's id of the message that holds the line, where it is one that can be reacted to. */
  message?: string;
  /** The platform's id of the message it answers: the one replied to, or, where people reply by threads, the first of the thread. */
  replyTo?: string;
  /** Why it is nobody's own word: written under the name of a group or channel, or forwarded. It runs nothing, and that is said. */
  doubt?: 'masked' | 'forwarded';
}

/** A button under a message: whoever presses it says the line, in their own name. */
export interface Button {
  label: string;
  line: string;
}

/** The commands that a service suggests: to everybody, in a chat, or to one person in a chat. */
export interface Menu {
  chat?: string;
  user?: string;
  commands: readonly { name: string; summary: string }[];
}

/** A message that can be edited. */
export interface Posted {
  place: Place;
  /** The platform's id of the message. */
  message: string;
}

/** Why something could not be said. */
export type Hindrance =
  /** The service asks to wait so many ms; this chat only. */
  | { kind: 'later'; ms: number }
  /** The message to edit is not there any more. */
  | { kind: 'vanished' }
  /** The chat has another id now. */
  | { kind: 'moved'; chat: string }
  /** The chat lets nothing in: kicked, blocked, gone, or the token was revoked. */
  | { kind: 'shut' }
  /** The service refuses the message itself. */
  | { kind: 'bad' };

/** What `post` and `edit` reject with where the reason is known; anything else is trouble that may pass. */
export class Undelivered extends Error {
  override name = 'Undelivered';
  readonly why: Hindrance;
  constructor(why: Hindrance, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** So many messages within so many ms. */
export interface Window {
  count: number;
  ms: number;
}

/** How fast a service may be spoken to. */
export interface Limits {
  /** What holds for a chat. */
  chat(chat: string): readonly Window[];
  /** What holds for all chats together. */
  overall: readonly Window[];
}

/**
 * How a line that asked for something stands, as a reaction under it shows: heard, waiting until others agree, at work,
 * and how it ended. `none` where nothing came of it: whatever was shown is taken away.
 */
export type Standing = 'received' | 'asked' | 'working' | 'done' | 'failed' | 'none';

/** Who listens to a platform. */
export interface Ears {
  /** Resolves when lines have been taken over for good, so that the service may forget them. */
  take(lines: Incoming[]): Promise<void>;
  /** A chat has another id from now on. */
  moved(from: string, to: string): Promise<void>;
  /** The service tells that a chat lets nothing in from now on, and (without a reason) that it does. */
  access(chat: string, reason?: string): Promise<void>;
  /** The service gave a sign of life: a poll came back, a socket is open. */
  alive(): void;
  /**
   * Something is in the way that operators ought to know of; without an error, that it is over. `what` says which of
   * several it is. It is told once while it lasts, so it may be said as often as it is noticed.
   */
  trouble(what: string, error?: MusterError): void;
}

export interface Platform {
  name: string;
  /** Where it tells what nobody asked for in a chat: what became of a schedule. */
  home?: Place;
  /** How fast it may be spoken to. Absent where everything may be said at once, to somebody who sits there (the console). */
  limits?: Limits;
  /** Whether only one process at a time may listen. */
  exclusive?: boolean;
  /** While it is well it says so (`Ears.alive`) at least this often, ms. Absent where nobody has to watch it. */
  pulse?: number;
  /** Listens until the signal. */
  serve(ears: Ears, signal: AbortSignal): Promise<void>;
  /** Says something new. Rejects with `Undelivered`, as `edit` does. */
  post(place: Place, lines: string[], buttons?: readonly Button[]): Promise<Posted>;
  /** Replaces what was said; `final` when it will not change any more. */
  edit(posted: Posted, lines: string[], final: boolean, buttons?: readonly Button[]): Promise<void>;
  /** The most characters of a message, UTF-16 units. What is longer is cut, and comes whole as a file where there are files. */
  room?: number;
  /** Says something new, with a file of plain text or a picture. Rejects as `post` does. */
  attach?(place: Place, file: Attachment, lines: string[]): Promise<Posted>;
  /** Answers the press of a button, to the person alone; without words, just that it was seen. */
  answerPress?(press: Incoming, text?: string): Promise<void>;
  /** Says something to one person alone. Rejects as `post` does, also where the person lets nothing in. */
  whisper?(place: Place, user: string, lines: string[]): Promise<void>;
  /** Shows for some seconds that an answer is being thought about. */
  type?(place: Place): Promise<void>;
  /** Whose account speaks there: another one has menus of its own. */
  account?: string;
  /** Suggests commands; none takes the menu away. Rejects as `post` does. */
  menu?(menu: Menu): Promise<void>;
  /** Whether people reply by a thread under a message: a word in a thread may be about the card that stands there. */
  threads?: boolean;
  /** How fast reactions may be set, apart from messages. Absent where none are to be. */
  reactions?: Limits;
  /** Shows how a line stands by a reaction under it, in place of the one that shows what it was `before`. Rejects as `post` does. */
  react?(line: Posted, standing: Standing, before: Standing): Promise<void>;
}
