/** How much a bot may say (core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). */
import { Refusal } from './refusal.ts';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A call that was answered with 429. */
export interface Flood {
  method: string;
  chat: number;
  /** Which budget was used up. */
  scope: 'chat' | 'group' | 'all';
  /** Seconds. */
  retryAfter: number;
  /** By the fake's clock. */
  at: number;
}

/** A bucket of so many messages in a chat, refilled by one a second: how long a «short burst» is, nobody says. */
const BURST = 3;
/** Sends and edits in a group, in any 60 seconds. */
const GROUP_A_MINUTE = 20;
/** Over all chats, in any second. */
const ALL_A_SECOND = 30;
/** No penalty is longer, seconds. */
const LONGEST = 900;

interface Penalty {
  until: number;
  /** Seconds at first; doubled by each call that did not wait. */
  seconds: number;
}

interface Account {
  /** When the messages of the last minute were let through, oldest first. */
  times: number[];
  bucket: number;
  filled: number;
  penalty?: Penalty;
  /** The next message is refused for so many seconds. */
  ordered?: number;
}

/** Rule: over budget, a chat (or for `all` the bot) is shut until `retry_after` is over; a call before that doubles the time. */
export class Budget {
  readonly floods: Flood[] = [];
  readonly #clock: Clock;
  readonly #chats = new Map<number, Account>();
  readonly #reactions = new Map<number, Account>();
  readonly #all: Account;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#all = this.#account();
  }

  /**
   * Takes one message from the budgets of a chat, or refuses with 429. Reactions have budgets of their own, no larger
   * (nobody says how large): only what holds over all chats counts them together with messages.
   */
  spend(method: string, chat: number, group: boolean): void {
    const now = this.#clock.now();
    const accounts = method === 'setMessageReaction' ? this.#reactions : this.#chats;
    const account = accounts.get(chat) ?? this.#account();
    accounts.set(chat, account);
    const refuse = (scope: Flood['scope'], penalised: Account, ms: number): never => {
      const seconds = Math.max(1, Math.ceil(ms / 1000));
      const { penalty } = penalised;
      const impatient = penalty && now < penalty.until;
      const retryAfter = Math.min(impatient ? penalty.seconds * 2 : seconds, LONGEST);
      penalised.penalty = { until: now + retryAfter * 1000, seconds: retryAfter };
      this.floods.push({ method, chat, scope, retryAfter, at: now });
      throw new Refusal(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
    };
    const { ordered } = account;
    account.ordered = undefined;
    if (ordered !== undefined) refuse(group ? 'group' : 'chat', account, ordered * 1000);
    for (const [scope, one] of [
      ['all', this.#all],
      [group ? 'group' : 'chat', account],
    ] as const) {
      if (one.penalty && now < one.penalty.until) refuse(scope, one, 0);
    }
    const second = this.#all.times.filter((time) => time > now - 1000);
    const minute = account.times.filter((time) => time > now - 60_000);
    account.bucket = Math.min(BURST, account.bucket + (now - account.filled) / 1000);
    account.filled = now;
    if (second.length >= ALL_A_SECOND) refuse('all', this.#all, second[0]! + 1000 - now);
    if (group && minute.length >= GROUP_A_MINUTE) refuse('group', account, minute[0]! + 60_000 - now);
    if (account.bucket < 1) refuse('chat', account, (1 - account.bucket) * 1000);
    this.#all.times = [...second, now];
    account.times = [...minute, now];
    account.bucket -= 1;
  }

  /** Refuses the next message to a chat for so many seconds, whatever its budget. */
  refuseNext(chat: number, seconds: number): void {
    const account = this.#chats.get(chat) ?? this.#account();
    account.ordered = seconds;
    this.#chats.set(chat, account);
  }

  #account(): Account {
    return { times: [], bucket: BURST, filled: this.#clock.now() };
  }
}
