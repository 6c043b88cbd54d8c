/** What lies in BullMQ: one job per run in `runs`, one job per step in `host.NAME.LANE`; a run's job is the parent of its steps. */
import { FlowProducer, type Job, Queue } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../adapters/redis/connection.ts';
import type { ErrorData } from '../errors.ts';
import type { Lane } from '../names.ts';
import type { Run } from './run-record.ts';
import type { AnyStep, PlannedStep } from './step.ts';

/** The queue of run jobs. */
export const RUNS_QUEUE = 'runs';
/** The queue of a host's lane. */
export const laneQueue = (host: string, lane: Lane): string => `host.${host}.${lane}`;

/** Whether a step is done or taken back. */
export type Direction = 'do' | 'undo';

/** Where a run is on its way through the stages; kept in its job, so that any manager goes on from there. */
export interface Position {
  run: string;
  direction: Direction;
  stage: number;
  /** Whether the stage's steps have been queued. */
  queued: boolean;
  /** When the stage began, ms since the epoch, and how long the earlier ones took, ms. */
  since: number;
  durations: number[];
  /** Why it is going back. */
  error?: ErrorData;
  /** Who cancelled it. */
  cancelled?: string;
  /** What went wrong while going back. */
  undoErrors?: ErrorData[];
}

/** A step's job. */
export interface StepJob {
  run: string;
  origin: string;
  direction: Direction;
  stage: number;
  index: number;
  step: string;
  host: string;
  title: string;
  input: Record<string, unknown>;
}

/** How a step went, as its job returns it. */
export interface StepOutcome {
  ok: boolean;
  /** False where it was cancelled before it touched anything. */
  began: boolean;
  error?: ErrorData;
}

/** The id of a step's job: the same however often the stage is queued again. */
export const stepJobId = (job: Pick<StepJob, 'run' | 'direction' | 'stage' | 'index'>): string =>
  `${job.run}.${job.direction}.${job.stage}.${job.index}`;

/** Locks are short, so that what a killed process held is taken up again within seconds. */
export const LOCK_MS = 5_000;
export const STALLED_CHECK_MS = 1_500;
/** How soon a run is taken up again whose walking failed. */
const WALK_AGAIN_MS = 500;

export class Queues {
  readonly #redis: Redis;
  readonly #flows: FlowProducer;
  readonly #runs: Queue<Position>;
  readonly #steps: (name: string) => AnyStep;

  constructor(redis: Redis, steps: (name: string) => AnyStep) {
    this.#redis = redis;
    this.#steps = steps;
    const options = { connection: redis, prefix: KEY_PREFIX, skipVersionCheck: true };
    this.#flows = new FlowProducer(options);
    this.#runs = new Queue<Position>(RUNS_QUEUE, { ...options, streams: { events: { maxLen: 100 } } });
    this.#flows.on('error', () => {});
    this.#runs.on('error', () => {});
  }

  /** Queues a run with its first stage, at once and atomically. Queueing it again changes nothing. */
  async start(run: Run): Promise<void> {
    const data: Position = {
      run: run.id,
      direction: 'do',
      stage: 0,
      queued: true,
      since: Date.now(),
      durations: [],
    };
    await this.#flows.add({
      name: 'run',
      queueName: RUNS_QUEUE,
      data,
      opts: {
        jobId: run.id,
        // What fails here is the walking itself, never a step; it goes on from where it was.
        attempts: Number.MAX_SAFE_INTEGER,
        backoff: { type: 'fixed', delay: WALK_AGAIN_MS },
        removeOnComplete: { count: 1_000 },
        removeOnFail: { count: 1_000 },
      },
      children: this.stageJobs(run, 'do', 0).map((job) => this.#node(job)),
    });
  }

  /** Queues the steps of a stage as children of the run's job. */
  async addStage(parent: Job<Position>, jobs: StepJob[]): Promise<void> {
    const owner = { id: parent.id as string, queue: parent.queueQualifiedName };
    await this.#flows.addBulk(
      jobs.map((job) => {
        const node = this.#node(job);
        return { ...node, opts: { ...node.opts, parent: owner } };
      }),
    );
  }

  /** The steps of one stage as jobs. */
  stageJobs(run: Run, direction: Direction, stage: number): StepJob[] {
    const planned: PlannedStep[] = run.plan.stages[stage]?.steps ?? [];
    return planned.map((step, index) => ({
      ...step,
      run: run.id,
      origin: run.origin,
      direction,
      stage,
      index,
    }));
  }

  #node(job: StepJob) {
    const step = this.#steps(job.step);
    const retry = job.direction === 'do' ? step.retry : undefined;
    return {
      name: job.step,
      queueName: laneQueue(job.host, step.lane),
      data: job,
      opts: {
        jobId: stepJobId(job),
        ignoreDependencyOnFailure: true,
        // What is taken back goes before whatever else waits for the host.
        lifo: job.direction === 'undo',
        attempts: 1 + (retry?.times ?? 0),
        backoff: { type: 'exponential' as const, delay: retry?.pauseMs ?? 0 },
        removeOnComplete: { count: 1_000 },
        removeOnFail: { count: 1_000 },
      },
    };
  }

  /** Takes a run's steps that no worker has begun out of their queues, so that they need not wait for their turn to be cancelled. */
  async withdraw(run: Run): Promise<void> {
    const jobs = run.plan.stages.flatMap((_, stage) => this.stageJobs(run, 'do', stage));
    const lane = (job: StepJob) => laneQueue(job.host, this.#steps(job.step).lane);
    for (const name of new Set(jobs.map(lane))) {
      const queue = this.#open(name);
      // A step that a worker has just taken up is locked and stays; the worker hears of the cancellation itself.
      for (const step of jobs.filter((job) => lane(job) === name)) {
        const job = await queue.getJob(stepJobId(step));
        if (job?.attemptsStarted === 0 && (await job.isWaiting())) await job.remove().catch(() => {});
      }
      await queue.close();
    }
  }

  #open(name: string): Queue {
    const queue = new Queue(name, { connection: this.#redis, prefix: KEY_PREFIX, skipVersionCheck: true });
    queue.on('error', () => {});
    return queue;
  }

  /** Whether a run's job exists. */
  async has(run: string): Promise<boolean> {
    return (await this.#runs.getJob(run)) !== undefined;
  }

  /** Makes a lane take one step at a time, over all its workers. */
  async serialise(host: string, lane: Lane): Promise<void> {
    const queue = this.#open(laneQueue(host, lane));
    await queue.setGlobalConcurrency(1);
    await queue.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.#flows.close(), this.#runs.close()]);
  }
}
