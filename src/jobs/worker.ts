/** A host's worker: takes the steps of a lane, one process group each, and leaves nothing behind. */
import { type Job, WaitingError, Worker } from 'bullmq';
import { KEY_PREFIX, key, type Redis } from '../adapters/redis/connection.ts';
import { isRefusal, untilTaken } from '../adapters/redis/refusal.ts';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';
import { LANES, type Lane } from '../names.ts';
import type { CancelWatch } from './cancel-watch.ts';
import { Interrupted } from './carry-out.ts';
import type { Performer } from './perform.ts';
import { LOCK_MS, laneQueue, type Queues, STALLED_CHECK_MS } from './queue.ts';
import type { StepJob } from './step-job.ts';
import type { Walk } from './walk.ts';

/** How long a worker on demand stays without work, ms. */
const IDLE_MS = 60_000;
/** How often it is looked whether locks are still ours, ms. */
const WATCH_MS = 250;
/** Presence of a dedicated worker: renewed at a third of it. */
const PRESENCE_SECONDS = 15;
const CONCURRENCY: Record<Lane, number> = { build: 1, change: 1, read: 100 };

interface Attached {
  worker: Worker<StepJob>;
  ready: Promise<unknown>;
  lastUsed: number;
  active: number;
}

interface Running {
  abort: AbortController;
  done: Promise<void>;
  /** Until when the lock on the job is ours for certain, ms of `performance.now()`. */
  until: number;
}

export interface WorkersParts {
  redis: Redis;
  queues: Queues;
  walk: Walk;
  performer: Performer;
  cancels: CancelWatch;
  log: Log;
  /** Unique to this process, for presence. */
  instance: string;
}

/** The lanes this process works on. */
export class Workers {
  readonly #parts: WorkersParts;
  readonly #attached = new Map<string, Attached>();
  readonly #running = new Map<string, Running>();
  #closing = false;
  readonly #idle: NodeJS.Timeout;
  readonly #watch: NodeJS.Timeout;
  #dedicated: string[] = [];
  #presence: NodeJS.Timeout | undefined;

  constructor(parts: WorkersParts) {
    this.#parts = parts;
    this.#idle = setInterval(() => void this.#detachIdle().catch(() => {}), IDLE_MS / 4);
    this.#idle.unref();
    // An answer that says that a lock is ours may just have arrived: it is read before this looks.
    this.#watch = setInterval(() => setImmediate(() => this.#letGo()), WATCH_MS);
    this.#watch.unref();
  }

  /** Serves these hosts until closed, and lets managers know that they need not. */
  async dedicate(hosts: string[]): Promise<void> {
    this.#dedicated = hosts;
    const announce = () =>
      Promise.all(
        hosts.map((host) =>
          this.#parts.redis.set(presenceKey(host), this.#parts.instance, 'EX', PRESENCE_SECONDS),
        ),
      );
    await announce();
    this.#presence = setInterval(() => void announce().catch(() => {}), (PRESENCE_SECONDS * 1_000) / 3);
    await Promise.all(hosts.flatMap((host) => LANES.map((lane) => this.#attach(host, lane))));
  }

  /** Makes sure that the lanes of these steps have a worker: a dedicated one, or one here. */
  async attach(lanes: { host: string; lane: Lane }[]): Promise<void> {
    const missing = lanes.filter(({ host, lane }) => !this.#attached.has(laneQueue(host, lane)));
    for (const { host, lane } of lanes) {
      const attached = this.#attached.get(laneQueue(host, lane));
      if (attached) attached.lastUsed = Date.now();
    }
    if (missing.length === 0) return;
    const present = await this.#parts.redis.mget(missing.map(({ host }) => presenceKey(host)));
    await Promise.all(
      missing.map(({ host, lane }, index) =>
        present[index] === null ? this.#attach(host, lane) : undefined,
      ),
    );
  }

  async #attach(host: string, lane: Lane): Promise<void> {
    const name = laneQueue(host, lane);
    if (this.#closing || this.#attached.has(name)) return;
    const worker = new Worker<StepJob>(name, (job, token) => this.#process(name, job, token as string), {
      connection: this.#parts.redis,
      prefix: KEY_PREFIX,
      concurrency: CONCURRENCY[lane],
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 1_000,
      skipVersionCheck: true,
    });
    worker.on('error', (err) => this.#parts.log.warn({ err, queue: name }, 'a worker had an error'));
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#running.get(id)?.abort.abort(new Interrupted({ taken: true }));
    });
    worker.on('locksRenewed', ({ jobIds }) => {
      const until = performance.now() + LOCK_MS;
      for (const id of jobIds) Object.assign(this.#running.get(id) ?? {}, { until });
    });
    const ready = lane === 'read' ? worker.waitUntilReady() : this.#parts.queues.serialise(host, lane);
    this.#attached.set(name, { worker, ready, lastUsed: Date.now(), active: 0 });
    await ready;
  }

  async #detachIdle(): Promise<void> {
    for (const [name, attached] of this.#attached) {
      const idle = attached.active === 0 && Date.now() - attached.lastUsed > IDLE_MS;
      if (!idle || this.#dedicated.some((host) => name.startsWith(`host.${host}.`))) continue;
      this.#attached.delete(name);
      await attached.worker.close();
    }
  }

  /** Stops steps whose locks could not be renewed in time, as Redis does not answer: others may take them up. */
  #letGo(): void {
    for (const { until, abort } of this.#running.values())
      if (performance.now() > until) abort.abort(new Interrupted({ taken: true }));
  }

  async #process(queue: string, job: Job<StepJob>, token: string): Promise<void> {
    const id = job.id as string;
    const attached = this.#attached.get(queue);
    if (attached) attached.active += 1;
    // The same step, taken up again because its lock ran out, waits until its first start has ended here.
    const earlier = this.#running.get(id);
    earlier?.abort.abort(new Interrupted({ taken: true }));
    await earlier?.done;
    const abort = new AbortController();
    let finish: () => void = () => {};
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    this.#running.set(id, { abort, done, until: performance.now() + LOCK_MS });
    // What is taken back is not cancelled.
    const unwatch =
      job.data.direction === 'do'
        ? this.#parts.cancels.watch(job.data.run, () => abort.abort(cancelled()))
        : undefined;
    try {
      const again = job.attemptsStarted > 1 && job.attemptsStarted > job.attemptsMade + 1;
      const retriesLeft = job.attemptsMade + 1 < (job.opts.attempts ?? 1);
      const { walk } = this.#parts;
      // It may have ended just before its worker did, or its run did while the step waited.
      const standing = await walk.standing(job.data);
      if (standing === 'over') return;
      const { outcome, said } = await this.#parts.performer.perform(job.data, {
        abort,
        again,
        retriesLeft,
        attempt: job.attemptsMade + 1,
        cancelled: standing === 'cancelled',
      });
      // What is done is done, however long it takes until it can be noted.
      const note = () => walk.stepEnded(job.data, outcome, said, token);
      await untilTaken(note, () => this.#closing);
    } catch (thrown) {
      if (!(abort.signal.reason instanceof Interrupted || isRefusal(thrown))) throw thrown;
      // Refused where another worker has it already.
      await job.moveToWait(token);
      throw new WaitingError();
    } finally {
      unwatch?.();
      this.#running.delete(id);
      finish();
      if (attached) {
        attached.active -= 1;
        attached.lastUsed = Date.now();
      }
    }
  }

  /** How many steps run here now. */
  get active(): number {
    return this.#running.size;
  }

  /** Takes no new steps, gives the running ones `graceMs`, then ends them; they start again when Muster is back. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    clearInterval(this.#idle);
    clearInterval(this.#watch);
    clearInterval(this.#presence);
    const closing = [...this.#attached.values()].map(({ worker }) => worker.close());
    const grace = setTimeout(() => {
      for (const { abort } of this.#running.values()) abort.abort(new Interrupted({ taken: false }));
    }, graceMs);
    await Promise.all(closing);
    clearTimeout(grace);
    if (this.#dedicated.length > 0)
      await this.#parts.redis.del(this.#dedicated.map(presenceKey)).catch(() => {});
    this.#attached.clear();
  }
}

const presenceKey = (host: string): string => key('worker', host);

/** The run's walker adds who asked for it. */
const cancelled = (): MusterError => new MusterError('step.cancelled');
