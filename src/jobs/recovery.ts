/** Looks after open runs and requests, at the start and from then on: whatever a crash left half done goes on. */
import type { Log } from '../log.ts';
import type { Queues } from './queue.ts';
import type { Request, Requests } from './requests.ts';
import type { Runs } from './runs.ts';

/** How often open runs are looked after, ms. */
const EVERY_MS = 3_000;

export interface RecoveryParts {
  runs: Runs;
  requests: Requests;
  queues: Queues;
  log: Log;
  /** Carries out what was granted. */
  carryOut(request: Request): Promise<unknown>;
}

export class Recovery {
  readonly #parts: RecoveryParts;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Resolves after the first look. */
  async start(): Promise<void> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Never twice at once: while Redis is away, looks would pile up. */
  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const { runs, requests, queues, log, carryOut } = this.#parts;
    try {
      await runs.recover((run) => queues.wake(run.id, 'look'));
      await runs.prune();
      await requests.look(carryOut);
    } catch (err) {
      log.warn({ err }, 'open runs could not be looked after');
    } finally {
      this.#busy = false;
    }
  }
}
