/** Sets what reactions are due, on one platform, within their own budget: never in the way of a message, and what cannot be set is let go. */
import type { RunStatus } from '../../events.ts';
import type { Log } from '../../log.ts';
import { Budget } from '../outbox/budget.ts';
import type { Urgency } from '../outbox/mail.ts';
import { type Limits, type Platform, type Standing, Undelivered } from '../platform.ts';
import type { Due, Reactions } from './reactions.ts';

/** How often it is looked for what another process wants, ms. */
const LOOK_MS = 250;
/** How long a chat rests after trouble, ms. */
const REST_MS = 5_000;
/** What could not be set for so long is let go, ms. */
const TOO_OLD_MS = 3_600_000;

/** How an end goes before a beginning, where a budget is short. */
const URGENCY: Record<Standing, Urgency> = {
  done: 'final',
  failed: 'final',
  none: 'final',
  asked: 'reply',
  received: 'reply',
  working: 'progress',
};
const ORDER: readonly Urgency[] = ['final', 'reply', 'progress'];

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
  #wake: () => void = () => {};

  constructor(parts: ReactorParts) {
    this.#parts = parts;
    this.#budget = new Budget(parts.limits);
    parts.reactions.onPut = () => this.#wake();
  }

  /** Sets reactions until the signal; what is under way then is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const { reactions, log } = this.#parts;
    const stop = () => this.#wake();
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
        pause = Math.min(LOOK_MS, this.#set(await reactions.due()));
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
    const now = this.#now();
    let pause = LOOK_MS;
    const order = ({ want }: Due) => ORDER.indexOf(URGENCY[want]);
    for (const one of due.sort((a, b) => order(a) - order(b) || a.at - b.at)) {
      const { chat, want, shown } = one;
      if (this.#busy.has(chat)) continue;
      const free = want === shown || now - one.at > TOO_OLD_MS;
      const wait = free ? 0 : this.#budget.wait(chat, URGENCY[want], now);
      if (wait > 0) {
        pause = Math.min(pause, wait);
        continue;
      }
      const answered = free ? () => {} : this.#budget.spend(chat, now);
      const setting = (free ? this.#settle(one, want === shown) : this.#react(one)).finally(() => {
        answered(this.#now());
        this.#busy.delete(chat);
        this.#wake();
      });
      this.#busy.set(chat, setting);
    }
    return pause;
  }

  async #react(due: Due): Promise<void> {
    const { reactions, platform, log } = this.#parts;
    const { chat, message, want, shown } = due;
    try {
      await reactions.keepSpent(chat, this.#budget.spent(chat));
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
      .settle(due, shown)
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
