/** The run jobs: each walks its run on, tries again where that fails, and gives the run up where it keeps failing. */
import { type Job, Worker } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../adapters/redis/connection.ts';
import { isRefusal } from '../adapters/redis/refusal.ts';
import type { Log } from '../log.ts';
import { LOCK_MS, RUNS_QUEUE, STALLED_CHECK_MS, type WalkJob } from './queue.ts';
import type { Walk } from './walk.ts';

/** How often walking may fail for a run before it is given up. */
const TRIES = 10;

export class Walker {
  readonly #walk: Walk;
  readonly #log: Log;
  readonly #worker: Worker<WalkJob>;

  constructor(parts: { redis: Redis; walk: Walk; log: Log }) {
    this.#walk = parts.walk;
    this.#log = parts.log;
    this.#worker = new Worker<WalkJob>(RUNS_QUEUE, (job) => this.#try(job), {
      connection: parts.redis,
      prefix: KEY_PREFIX,
      concurrency: 100,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 1_000,
      skipVersionCheck: true,
    });
    this.#worker.on('error', (err) => parts.log.warn({ err }, 'the run queue had an error'));
  }

  async #try(job: Job<WalkJob>): Promise<void> {
    const { run, look } = job.data;
    try {
      // What was cut off or failed may have moved the run without queueing its steps.
      await this.#walk.advance(run, look || job.attemptsStarted > 1);
    } catch (thrown) {
      this.#log.error({ err: thrown, run, tries: job.attemptsMade + 1 }, 'a run could not be walked');
      // While Redis takes no writes, no run can be walked, nor be given up.
      if (isRefusal(thrown) || job.attemptsMade + 1 < TRIES) throw thrown;
      await this.#walk.giveUp(run, thrown);
    }
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }
}
