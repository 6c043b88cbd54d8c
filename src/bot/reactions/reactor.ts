/** Sets what reactions are due, on one platform, within their own budget: never in the way of a message, and what cannot be set is let go. */
import type { RunStatus } from '../../events.ts';
import type { Log } from '../../log.ts';
import { Budget } from '../outbox/budget.ts';
import type { Urgency } from '../outbox/mail.ts';
import { type Limits, type Platform, type Standing, Undelivered } from '../platform.ts';
import { CLASS, type Due, type Reactions } from './reactions.ts';

/** How often it is looked for what another process wants, ms. */
const LOOK_MS = 250;
/** How long a chat rests after trouble, ms. */
const REST_MS = 5_000;
/** What could not be set for so long is let go, ms. */
const TOO_OLD_MS = 3_600_000;

/** What holds for messages of the same class holds for reactions. */
const URGENCIES: readonly Urgency[] = ['final', 'reply', 'progress'];

export interface ReactorParts {
  reactions: Reactions;
  platform: Platform;
  limits: Limits;
  log: Log;
  now?: () => number;
}

export class Reactor {
  readonly #parts: ReactorParts;
  readonly #budget: Budget;
  readonly #busy = new Map<string, Promise<void>>();
  /** Chats of which something was set since it was last looked for what is due. */
  readonly #touched = new Set<string>();
  #running = false;
  #wake: () => void = () => {};

  constructor(parts: ReactorParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.limits);
    // What nothing waits before goes at once: people look for a sign that they were heard.
    parts.reactions.onPut = (alone) => {
      if (alone && this.#running && this.#ready(alone.chat) && this.#wait(alone) <= 0) this.#begin(alone);
      else this.#wake();
    };
  }

  /** Sets reactions until the signal; what is under way then is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const { reactions, log } = this.#parts;
    const stop = () => {
      this.#running = false;
      this.#wake();
    };
    signal.addEventListener('abort', stop);
    let restored = false;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      let pause = LOOK_MS;
      try {
        if (!restored) for (const [chat, times] of await reactions.spent()) this.#budget.restore(chat, times);
        restored = true;
        this.#running = !signal.aborted;
        this.#touched.clear();
        const due = await reactions.due((chat) => this.#ready(chat));
        pause = Math.min(LOOK_MS, this.#set(due.filter(({ chat }) => !this.#touched.has(chat))));
      } catch (err) {
        log.debug({ err }, 'reactions could not be looked for');
      }
      const timer = setTimeout(this.#wake, pause);
      await woken;
      clearTimeout(timer);
    }
    signal.removeEventListener('abort', stop);
    await Promise.all(this.#busy.values());
  }

  /** Sets what may be set now; says how long until something else may, ms. */
  #set(due: Due[]): number {
    let pause = LOOK_MS;
    for (const one of due.sort((a, b) => CLASS[a.want] - CLASS[b.want] || a.at - b.at)) {
      const wait = this.#ready(one.chat) ? this.#wait(one) : LOOK_MS;
      if (wait <= 0) this.#begin(one);
      else pause = Math.min(pause, wait);
    }
    return pause;
  }

  /** Whether anything might be set in a chat now. */
  #ready(chat: string): boolean {
    return !this.#busy.has(chat) && this.#budget.wait(chat, 'final', this.#now()) <= 0;
  }

  /** How long one has to wait for the budget, ms. */
  #wait({ chat, want }: Due): number {
    return this.#budget.wait(chat, URGENCIES[CLASS[want]] as Urgency, this.#now());
  }

  #begin(one: Due): void {
    const { chat, want, shown, at } = one;
    const now = this.#now();
    const past = want === shown || now - at > TOO_OLD_MS;
    const answered = past ? () => {} : this.#budget.spend(chat, now);
    const setting = (past ? this.#settle(one, want === shown) : this.#react(one)).finally(() => {
      answered(this.#now());
      this.#busy.delete(chat);
      this.#wake();
    });
    this.#touched.add(chat);
    this.#busy.set(chat, setting);
  }

  async #react(due: Due): Promise<void> {
    const { platform, log } = this.#parts;
    const { chat, message, want, shown } = due;
    try {
      await platform.react?.({ place: { platform: platform.name, chat }, message }, want, shown);
      await this.#settle(due, true);
    } catch (err) {
      log.debug({ err, chat, message, want }, 'a reaction could not be set');
      const why = err instanceof Undelivered ? err.why : undefined;
      if (why?.kind === 'later') this.#budget.hold(chat, this.#now() + why.ms);
      // No right, no such message, another chat: it will not be different later. What is newer is tried.
      else if (why) await this.#settle(due, false);
      else this.#budget.hold(chat, this.#now() + REST_MS);
    }
  }

  async #settle(due: Due, shown: boolean): Promise<void> {
    await this.#parts.reactions
      .settle(due, shown, this.#budget.spent(due.chat))
      .catch((err) => this.#parts.log.debug({ err }, 'a reaction could not be noted'));
  }

  #now(): number {
    return (this.#parts.now ?? Date.now)();
  }
}

/** How a line stands whose run stands so; undefined where it changes nothing. */
export function standingOf(status: RunStatus): Standing | undefined {
  if (status === 'waiting') return undefined;
  if (status === 'succeeded') return 'done';
  if (status === 'cancelled') return 'none';
  return status === 'failed' ? 'failed' : 'working';
}
