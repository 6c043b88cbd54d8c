/** A platform on its service, as the conformance suite handles it. */
import type { Incoming, Place, Platform, Posted } from '../../src/bot/platform.ts';
import type { MusterError } from '../../src/errors.ts';

/** What a service can do to a bot that wants to say something there; each is in force from then on. */
export interface Troubles {
  /** Takes a message away. */
  remove(posted: Posted): void;
  /** Lets the bot in no more. */
  shut(): void;
  /** Lets the bot in again. */
  admit(): void;
  /** Gives a chat another id and says which; absent where ids stay. */
  move?(): { from: Place; chat: string };
  /** Refuses messages with such words, or with any looks and buttons. */
  dislike(what: RegExp | 'looks'): void;
  /** The next so many calls fail without a reason. */
  outage(calls: number): void;
}

/** A platform on its service, as a test handles it. */
export interface Stage {
  platform: Platform;
  /** A chat where it is heard and may speak. */
  place: Place;
  /** The id of the person who speaks there. */
  person: string;
  /** The person says a line; what is given tells it to the platform once more, where the service does such things. */
  say(text: string, place?: Place): (() => void) | undefined;
  /** How many lines the service does not know to be taken; absent where nobody asks. */
  unconfirmed?: () => number;
  /** What people read in the chat of what the platform said: its messages below each other, the oldest first. */
  read(): string;
  /** A place in a thread of the chat, and what people read there; absent where there are no threads. */
  thread?: { place: Place; read(): string };
  /** Mentions, links, commands and the like that came of what the platform said. */
  sprung(): string[];
  /** Presses the button with that line; absent where there are none. */
  press?: (posted: Posted, line: string) => void;
  /** The lines of the buttons under the last message. */
  buttons?: () => string[];
  /** What the platform told a single person. */
  whispers?: () => string[];
  /** What the bot's reactions under a message are. */
  reactions?: (message: string) => string[];
  /** The files that the platform sent. */
  files?: () => { name: string; text: string }[];
  troubles?: Troubles;
  /** Lets so much time pass for the service, ms; for one that counts messages. */
  pass(ms: number): void;
  close(): Promise<void>;
}

/** A stage, and what happened on it: a new one for each test. */
export interface Show extends Stage {
  /** The lines that were taken. */
  taken: Incoming[];
  /** The chats of which it said whether they let it in, and why not. */
  access: [chat: string, reason: string | undefined][];
  /** How often it said that it is alive. */
  alive(): number;
  /** What was said to be in the way, and (undefined) that something is not any more. */
  notes: (MusterError | undefined)[];
  /** Listens from now on. `take` is asked first, and its rejection goes to the platform. */
  listen(take?: (lines: Incoming[]) => Promise<void>): Promise<void>;
  /** Ends listening; resolves when the platform says that it has. */
  stop(): Promise<void>;
  /** Says something after so much time that the service has nothing against it. */
  post(lines: string[], place?: Place): Promise<Posted>;
  /** Changes what was said, after as much time. */
  edit(posted: Posted, lines: string[], final: boolean): Promise<void>;
}

export interface Conformance {
  /** Whether a line may be told again: a service does, a terminal does not. */
  redelivers: boolean;
  /** Whether there are threads, buttons, and a service that may refuse. */
  service: boolean;
  /** Whether chats may get another id. */
  moves?: boolean;
  /** Whether the platform hears what is said by now. */
  ready?(stage: Stage): boolean;
}
