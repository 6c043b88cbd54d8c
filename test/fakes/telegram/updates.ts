/** The queue of updates and the one long poll on it (core.telegram.org/bots/api#getting-updates). */
import type { Update } from 'grammy/types';
import type { Clock } from './budget.ts';
import type { Params } from './params.ts';
import { conflict } from './refusal.ts';

/** What an update tells, without its id. */
export type News = Omit<Update, 'update_id'>;

/** Updates are kept no longer than 24 hours. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Not told unless asked for by `allowed_updates`. */
const ON_DEMAND = ['chat_member', 'message_reaction', 'message_reaction_count'];
/** An offset so far beyond the last update is taken for none (`TQueue` of tdlib). */
const BEYOND = 10;
/** Longer polls are cut, seconds (`process_get_updates_query` of telegram-bot-api). */
const LONGEST_POLL = 50;

/** An update that nobody has confirmed. */
export interface Entry {
  update: Update;
  at: number;
  /** Told once more although it was confirmed. */
  again: boolean;
}

interface Poll {
  answer(): void;
  fail(error: Error): void;
}

/** The poll waits by the real time; the age of updates goes by the fake's clock. Who brings updates by a webhook takes them by `entries` and `settle`. */
export class Updates {
  readonly #clock: Clock;
  /** Every update there was, by id. */
  readonly #all = new Map<number, Update>();
  #queue: Entry[] = [];
  #last = 100_000;
  #allowed: string[] = [];
  #poll: Poll | undefined;
  #held = false;
  webhook = '';
  /** Called when something new may be told. */
  onNews: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Tells something new and gives its id; what `allowed_updates` leaves out gets an id and is not told. */
  add(news: News): number {
    const id = ++this.#last;
    const update: Update = { update_id: id, ...news };
    this.#all.set(id, update);
    const [type = ''] = Object.keys(news);
    const wanted = this.#allowed.length > 0 ? this.#allowed.includes(type) : !ON_DEMAND.includes(type);
    if (wanted) this.#queue.push({ update, at: this.#clock.now(), again: false });
    this.#wake();
    return id;
  }

  /** Goes on with other numbers, as after a week in which nothing happened. */
  renumber(next: number): void {
    this.#last = next - 1;
  }

  /** Tells an update once more, whether or not it was confirmed. */
  repeat(id: number): void {
    const update = this.#all.get(id);
    if (!update) throw new Error(`there was no update ${id}`);
    this.#queue.push({ update, at: this.#clock.now(), again: true });
    this.#wake();
  }

  /** What may be told now, in order; nothing while it is held. */
  entries(): readonly Entry[] {
    return this.#ready() ? [...this.#queue] : [];
  }

  /** An update was taken. */
  settle(entry: Entry): void {
    this.#queue = this.#queue.filter((other) => other !== entry);
  }

  /** The types that are told; empty for all but those on demand. */
  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /** The pending updates, in the order in which they will be told. */
  pending(): Update[] {
    return this.#queue.map(({ update }) => update);
  }

  /** Puts pending updates first, in this order; an update that waits twice may be named twice. */
  reorder(ids: number[]): void {
    const first = new Set<Entry>();
    for (const id of ids) {
      const entry = this.#queue.find((entry) => entry.update.update_id === id && !first.has(entry));
      if (!entry) throw new Error(`update ${id} is not pending`);
      first.add(entry);
    }
    this.#queue = [...first, ...this.#queue.filter((entry) => !first.has(entry))];
  }

  /** While held, polls find nothing. */
  hold(held: boolean): void {
    this.#held = held;
    this.#wake();
  }

  async get(params: Params, gone: AbortSignal): Promise<Update[]> {
    if (this.webhook) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    this.end('terminated by other getUpdates request; make sure that only one bot instance is running');
    this.#allow(params);
    this.#forget(params.integer('offset'));
    const limit = params.integer('limit', 100);
    const some = () => this.#tell(limit > 0 && limit < 100 ? limit : 100);
    const seconds = Math.min(Math.max(params.integer('timeout'), 0), LONGEST_POLL);
    if (this.#ready() || seconds === 0) return some();
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void) => () => {
        clearTimeout(timer);
        gone.removeEventListener('abort', leave);
        if (this.#poll === poll) this.#poll = undefined;
        settle();
      };
      const poll: Poll = { answer: done(resolve), fail: (error) => done(() => reject(error))() };
      const leave = () => poll.fail(new Error('the caller is gone'));
      const timer = setTimeout(() => poll.answer(), seconds * 1000);
      gone.addEventListener('abort', leave);
      this.#poll = poll;
    });
    return some();
  }

  /** Ends the long poll with 409. */
  end(why: string): void {
    this.#poll?.fail(conflict(why));
  }

  /** Forgets all that is pending. */
  drop(): void {
    this.#queue = [];
  }

  allow(params: Params): void {
    this.#allow(params);
  }

  /** Remembered from call to call; the empty list stands for all but those on demand. */
  #allow(params: Params): void {
    const allowed = params.json('allowed_updates');
    if (Array.isArray(allowed)) this.#allowed = allowed.map(String);
  }

  /** An offset confirms what is below it; a negative one keeps so many of the newest. */
  #forget(offset: number): void {
    const since = this.#clock.now() - KEPT_MS;
    this.#queue = this.#queue.filter(({ at }) => at > since);
    if (offset < 0) this.#queue = this.#queue.slice(offset);
    if (offset > 0 && offset <= this.#last + 1 + BEYOND)
      this.#queue = this.#queue.filter(({ update, again }) => again || update.update_id >= offset);
  }

  #ready(): boolean {
    return !this.#held && this.#queue.length > 0;
  }

  #tell(limit: number): Update[] {
    if (!this.#ready()) return [];
    const told = this.#queue.slice(0, limit);
    this.#queue = this.#queue.filter((entry) => !(entry.again && told.includes(entry)));
    return told.map(({ update }) => update);
  }

  #wake(): void {
    if (this.#ready()) this.#poll?.answer();
    this.onNews();
  }
}
