/** What lies in BullMQ: one job per step in `host.NAME.LANE`; and in `runs`, a job for each run that has to be walked on. */
import { type JobsOptions, Queue } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../adapters/redis/connection.ts';
import type { Lane } from '../names.ts';
import type { Guard } from './ledger.ts';
import type { AnyStep } from './step.ts';
import { type StepJob, stepJobId } from './step-job.ts';

/** The queue of runs that have to be walked on. */
export const RUNS_QUEUE = 'runs';
/** The queue of a host's lane. */
export const laneQueue = (host: string, lane: Lane): string => `host.${host}.${lane}`;

/** A run that has to be walked on. */
export interface WalkJob {
  run: string;
  /** Whether its steps may be missing from their queues. */
  look: boolean;
}

/** Locks are short, so that what a killed process held is taken up again within seconds. */
export const LOCK_MS = 5_000;
export const STALLED_CHECK_MS = 1_500;
/** How soon a run is taken up again whose walking failed, ms. */
const WALK_AGAIN_MS = 500;
/** Ended jobs a lane remembers, so that queueing one of them again changes nothing. */
const REMEMBERED = 100;
/** Lanes whose queue objects are kept. */
const OPEN_LANES = 2_000;

/** What BullMQ knows of a step's job: nothing, that it gave it up, that it is over or lies in no list, or that it is there. */
export type Whereabouts = 'absent' | { lost: string } | 'over' | 'there';

export class Queues {
  readonly #redis: Redis;
  readonly #runs: Queue<WalkJob>;
  readonly #lanes = new Map<string, Queue<StepJob>>();
  readonly #steps: (name: string) => AnyStep;

  constructor(redis: Redis, steps: (name: string) => AnyStep) {
    this.#redis = redis;
    this.#steps = steps;
    this.#runs = this.#open(RUNS_QUEUE);
  }

  /** Queues steps of one stage. Queueing them again changes nothing. */
  async add(jobs: StepJob[]): Promise<void> {
    await Promise.all(
      jobs.map(async (job) => {
        const step = this.#steps(job.step);
        const retry = job.direction === 'do' ? step.retry : undefined;
        const options: JobsOptions = {
          jobId: stepJobId(job),
          removeOnComplete: REMEMBERED,
          removeOnFail: REMEMBERED,
        };
        // What is taken back goes before whatever else waits for the host.
        if (job.direction === 'undo') options.lifo = true;
        if (retry) {
          options.attempts = 1 + retry.times;
          options.backoff = { type: 'exponential', delay: retry.pauseMs };
        }
        await this.#lane(job).add(job.step, job, options);
      }),
    );
  }

  /** Has a run walked on, by whichever manager is free. */
  async wake(run: string, cause: string | 'look'): Promise<void> {
    const data: WalkJob = { run, look: cause === 'look' };
    await this.#runs.add('walk', data, {
      jobId: `${run}.${cause}`,
      // What fails here is the walking itself, never a step.
      attempts: Number.MAX_SAFE_INTEGER,
      backoff: { type: 'fixed', delay: WALK_AGAIN_MS },
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  /** What became of a step's job. */
  async find(step: StepJob): Promise<Whereabouts> {
    const job = await this.#lane(step).getJob(stepJobId(step));
    if (!job) return 'absent';
    if (job.finishedOn !== undefined && job.failedReason !== undefined) return { lost: job.failedReason };
    const state = await job.getState();
    return state === 'completed' || state === 'unknown' ? 'over' : 'there';
  }

  /** Forgets a step's job, so that it can be queued again. */
  async forget(step: StepJob): Promise<void> {
    await this.#lane(step).remove(stepJobId(step));
  }

  /** Holds as long as nobody but the worker with this token has the step's job. */
  held(step: StepJob, token: string): Guard {
    return { free: [`${this.#lane(step).toKey(stepJobId(step))}:lock`, token] };
  }

  /** Holds as long as a step is in no queue. */
  unqueued(step: StepJob): Guard {
    return { absent: this.#lane(step).toKey(stepJobId(step)) };
  }

  /** Takes a step out of its queue; false where a worker has begun it, or it is not there. */
  async withdraw(step: StepJob): Promise<boolean> {
    const job = await this.#lane(step).getJob(stepJobId(step));
    if (job?.attemptsStarted !== 0 || !(await job.isWaiting())) return false;
    // A step that a worker has just taken up is locked and stays; the worker hears of the cancellation itself.
    return job.remove().then(
      () => true,
      () => false,
    );
  }

  /** Makes a lane take one step at a time, over all its workers. */
  async serialise(host: string, lane: Lane): Promise<void> {
    const queue = this.#open(laneQueue(host, lane));
    await queue.setGlobalConcurrency(1);
    await queue.close();
  }

  #lane(job: StepJob): Queue<StepJob> {
    const name = laneQueue(job.host, this.#steps(job.step).lane);
    const known = this.#lanes.get(name);
    if (known) return known;
    if (this.#lanes.size >= OPEN_LANES) {
      const [oldest, queue] = this.#lanes.entries().next().value as [string, Queue<StepJob>];
      this.#lanes.delete(oldest);
      void queue.close();
    }
    const queue = this.#open<StepJob>(name);
    this.#lanes.set(name, queue);
    return queue;
  }

  #open<Data>(name: string): Queue<Data> {
    const queue = new Queue<Data>(name, {
      connection: this.#redis,
      prefix: KEY_PREFIX,
      skipVersionCheck: true,
      streams: { events: { maxLen: 100 } },
    });
    queue.on('error', () => {});
    return queue;
  }

  async close(): Promise<void> {
    await Promise.all([this.#runs, ...this.#lanes.values()].map((queue) => queue.close()));
  }
}
