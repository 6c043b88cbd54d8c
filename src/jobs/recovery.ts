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
  readonly #busy = new Set<string>();

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** Resolves after the first look at runs. What was granted may take its time to be planned: nothing waits for that. */
  async start(): Promise<void> {
    void this.#requests();
    await this.#runs();
    this.#timer = setInterval(() => {
      void this.#runs();
      void this.#requests();
    }, EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #runs(): Promise<void> {
    const { runs, queues } = this.#parts;
    return this.#look('runs', async () => {
      await runs.recover((run) => queues.wake(run.id, 'look'));
      await runs.prune();
    });
  }

  #requests(): Promise<void> {
    const { requests, carryOut } = this.#parts;
    return this.#look('requests', () => requests.look(carryOut));
  }

  /** Never twice at once: while Redis is away, looks would pile up. */
  async #look(what: string, look: () => Promise<void>): Promise<void> {
    if (this.#busy.has(what)) return;
    this.#busy.add(what);
    try {
      await look();
    } catch (err) {
      this.#parts.log.warn({ err, what }, 'what is open could not be looked after');
    } finally {
      this.#busy.delete(what);
    }
  }
}
