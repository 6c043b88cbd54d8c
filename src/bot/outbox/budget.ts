/** How fast a chat service may be spoken to: counts within sliding windows, per chat and over all. Pure; times in ms. */
import type { Limits, Window } from '../platform.ts';
import { URGENCIES, type Urgency } from './mail.ts';

/** The share of a window that progress leaves to what people wait for. */
const RESERVE = 0.25;
/** The share of a window that progress may use up at once; from then on it is spread over the window. */
const AT_ONCE = 0.25;
const PROGRESS = URGENCIES.indexOf('progress');

export class Budget {
  readonly #limits: Limits;
  readonly #spent = new Map<string, number[]>();
  #overall: number[] = [];
  readonly #held = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** How long a message has to wait, 0 where it may go now. */
  wait(chat: string, urgency: Urgency, now: number): number {
    const own = this.#spent.get(chat) ?? [];
    const progress = URGENCIES.indexOf(urgency) === PROGRESS;
    const waits = this.#limits
      .chat(chat)
      .map((window) =>
        progress
          ? Math.max(waitFor(own, window, 1 - RESERVE, now), spread(own, window, now))
          : waitFor(own, window, 1, now),
      );
    const common = this.#limits.overall.map((window) => waitFor(this.#overall, window, 1, now));
    return Math.max(0, (this.#held.get(chat) ?? 0) - now, ...waits, ...common);
  }

  /**
   * Notes a message that goes out now. The service counts it when it arrives there, which is known only to be before it
   * answers: call what is returned with the time of the answer.
   */
  spend(chat: string, now: number): (answered: number) => void {
    const longest = (windows: readonly Window[]) => Math.max(0, ...windows.map(({ ms }) => ms));
    const note = (time: number, times: readonly number[], windows: readonly Window[]) =>
      [...times.filter((other) => other > now - longest(windows)), time].sort((a, b) => a - b);
    const own = (time: number, without?: number) =>
      this.#spent.set(chat, note(time, less(this.#spent.get(chat) ?? [], without), this.#limits.chat(chat)));
    const all = (time: number, without?: number) => {
      this.#overall = note(time, less(this.#overall, without), this.#limits.overall);
    };
    own(now);
    all(Number.POSITIVE_INFINITY);
    return (answered) => {
      own(answered, now);
      all(answered, Number.POSITIVE_INFINITY);
    };
  }

  /** Lets nothing through to a chat until then: the service said so. */
  hold(chat: string, until: number): void {
    this.#held.set(chat, Math.max(until, this.#held.get(chat) ?? 0));
  }

  /** The times that still count for a chat, for whoever goes on after a restart. */
  spent(chat: string): readonly number[] {
    return this.#spent.get(chat) ?? [];
  }

  /** Takes over what was spent before a restart. */
  restore(chat: string, times: readonly number[]): void {
    this.#spent.set(chat, [...times]);
    this.#overall = [...this.#overall, ...times].sort((a, b) => a - b);
  }
}

/** The times without one of them. */
function less(times: readonly number[], one: number | undefined): readonly number[] {
  const at = one === undefined ? -1 : times.indexOf(one);
  return at < 0 ? times : times.toSpliced(at, 1);
}

/** Until fewer than `share` of the window's messages lie within it. */
function waitFor(times: readonly number[], { count, ms }: Window, share: number, now: number): number {
  const allowed = Math.max(1, Math.floor(count * share));
  const within = times.filter((time) => time > now - ms);
  if (within.length < allowed) return 0;
  return (within[within.length - allowed] as number) + ms - now;
}

/** Until as much time has passed since the last message as each has where they are spread over the window. */
function spread(times: readonly number[], { count, ms }: Window, now: number): number {
  const within = times.filter((time) => time > now - ms);
  const last = within.at(-1);
  if (last === undefined || within.length < count * AT_ONCE) return 0;
  return last + ms / (count * (1 - RESERVE - AT_ONCE)) - now;
}
