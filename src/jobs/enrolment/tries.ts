/** Tries again and again whether hosts that were added answer: a job for each, which any manager takes up, also after a crash. */
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../../adapters/redis/connection.ts';
import type { Log } from '../../log.ts';
import { LOCK_MS, STALLED_CHECK_MS } from '../queue.ts';

const QUEUE = 'enrolment';
/** From one try to the next, ms. */
const AGAIN_MS = 2_000;

/** A host that was added, and when: the same name may be added again. */
interface Try {
  name: string;
  added: string;
}

export interface TriesParts {
  redis: Redis;
  /** Tries once; gives whether it is to be tried again. */
  look(name: string, added: string): Promise<boolean>;
  log: Log;
}

export class Tries {
  readonly #parts: TriesParts;
  readonly #queue: Queue<Try>;
  #worker: Worker<Try> | undefined;

  constructor(parts: TriesParts) {
    this.#parts = parts;
    const { redis } = parts;
    this.#queue = new Queue(QUEUE, { connection: redis, prefix: KEY_PREFIX, skipVersionCheck: true });
    this.#queue.on('error', () => {});
  }

  /** Has a host tried from now on; once, however often that is said. */
  async add(name: string, added: string): Promise<void> {
    const jobId = `${name}.${Date.parse(added)}`;
    await this.#queue.add('try', { name, added }, { jobId, removeOnComplete: true, removeOnFail: true });
  }

  /** Starts to try. */
  start(): void {
    this.#worker = new Worker<Try>(QUEUE, (job, token) => this.#try(job, token), {
      connection: this.#parts.redis,
      prefix: KEY_PREFIX,
      concurrency: 10,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 1_000,
      skipVersionCheck: true,
    });
    this.#worker.on('error', (err) => this.#parts.log.warn({ err }, 'the enrolment queue had an error'));
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker?.close(), this.#queue.close()]);
  }

  async #try(job: Job<Try>, token: string | undefined): Promise<void> {
    const { name, added } = job.data;
    const again = await this.#parts.look(name, added).catch((err) => {
      this.#parts.log.warn({ err, host: name }, 'a host that was added could not be tried');
      return true;
    });
    if (!again) return;
    await job.moveToDelayed(Date.now() + AGAIN_MS, token);
    throw new DelayedError();
  }
}
