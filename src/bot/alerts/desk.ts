/** Alerts at work in a manager: every one tells its console, one at a time watches and tells the chat services. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alerts } from '../../jobs/alerts/alerts.ts';
import type { DeadMansSwitch } from '../../jobs/alerts/switch.ts';
import type { Lease } from '../../jobs/lease.ts';
import type { Log } from '../../log.ts';
import type { Board } from './board.ts';
import type { Consoles } from './consoles.ts';

/** How often it is looked without being told that something changed, ms: for what only time brings, and what was not heard. */
const LOOK_MS = 1_000;
const CLOSE_MS = 2_000;

export interface DeskParts {
  alerts: Alerts;
  board: Board;
  consoles: Consoles;
  deadMan: DeadMansSwitch;
  /** Of the one who watches and tells. */
  lease: Lease;
  log: Log;
}

export class AlertDesk {
  readonly #parts: DeskParts;
  readonly #stop = new AbortController();
  #working: Promise<unknown> = Promise.resolve();
  readonly #wakes = new Set<() => void>();
  #heed: { stop(): void } | undefined;

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  start(): void {
    const { alerts, board, consoles, deadMan, lease } = this.#parts;
    alerts.onChange = () => {
      for (const wake of this.#wakes) wake();
    };
    this.#heed = alerts.heed();
    const { signal } = this.#stop;
    const telling = (until: AbortSignal) => this.#again(() => board.look(), until);
    this.#working = Promise.all([
      this.#again(() => consoles.look(), signal),
      lease.hold(async (held) => void (await Promise.all([telling(held), deadMan.run(held)])), signal),
    ]);
  }

  /** Stops; what waits for Redis while that is away is not waited for. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#heed?.stop();
    await Promise.race([this.#working, sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  async #again(look: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let wake = () => {};
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      this.#wakes.add(wake);
      await look().catch((err) => this.#parts.log.warn({ err }, 'alerts could not be told'));
      const slept = new AbortController();
      const ended = AbortSignal.any([signal, slept.signal]);
      await Promise.race([woken, sleep(LOOK_MS, undefined, { signal: ended }).catch(() => {})]);
      slept.abort();
      this.#wakes.delete(wake);
    }
  }
}
