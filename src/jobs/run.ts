/** Walks a run through its stages: queues a stage, sleeps until its steps are through, goes on; back again where one failed. */
import { type Job, WaitingChildrenError, Worker } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../adapters/redis/connection.ts';
import { asMusterError, type ErrorData, MusterError } from '../errors.ts';
import { isFinal, type NewRunEvent } from '../events.ts';
import type { Log } from '../log.ts';
import {
  LOCK_MS,
  type Position,
  type Queues,
  RUNS_QUEUE,
  STALLED_CHECK_MS,
  type StepJob,
  type StepOutcome,
  stepJobId,
} from './queue.ts';
import type { Run } from './run-record.ts';
import type { Runs } from './runs.ts';
import type { AnyStep } from './step.ts';

/** Makes sure that somebody works on the lanes a stage needs. */
export type Attach = (jobs: StepJob[]) => Promise<void>;

export interface WalkerParts {
  redis: Redis;
  runs: Runs;
  queues: Queues;
  step: (name: string) => AnyStep;
  attach: Attach;
  log: Log;
}

/** How often walking may fail for a run before it is given up. */
const TRIES = 10;

export class Walker {
  readonly #parts: WalkerParts;
  readonly #worker: Worker<Position>;

  constructor(parts: WalkerParts) {
    this.#parts = parts;
    this.#worker = new Worker<Position>(RUNS_QUEUE, (job, token) => this.#try(job, token as string), {
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

  /** Walks; where that fails again and again, ends the run: better one that failed than one that holds its locks for ever. */
  async #try(job: Job<Position>, token: string): Promise<void> {
    const { runs, log } = this.#parts;
    try {
      await this.#walk(job, token);
    } catch (thrown) {
      if (thrown instanceof WaitingChildrenError) throw thrown;
      log.error({ err: thrown, run: job.data.run, tries: job.attemptsMade + 1 }, 'a run could not be walked');
      if (job.attemptsMade + 1 < TRIES) throw thrown;
      const run = await runs.find(job.data.run);
      if (run) await this.#end({ ...job.data, error: asMusterError(thrown).toJSON() }, run);
    }
  }

  /** Goes on until the run sleeps (its stage is being worked on) or has ended. */
  async #walk(job: Job<Position>, token: string): Promise<void> {
    const { runs } = this.#parts;
    const run = await runs.recall(job.data.run);
    if (!run || isFinal(run.status)) return;
    for (;;) {
      const position = job.data;
      if (!position.queued) await this.#enter(job, run);
      const outcomes = await this.#outcomes(job, run, token);
      const next =
        position.direction === 'do'
          ? await this.#afterDoing(position, run, outcomes)
          : await this.#afterUndoing(position, run, outcomes);
      if (next === undefined) return;
      await job.updateData(next);
    }
  }

  /** Queues the steps of the stage the run has come to. */
  async #enter(job: Job<Position>, run: Run): Promise<void> {
    const { queues, attach, runs } = this.#parts;
    const jobs = this.#jobs(job.data, run);
    await runs.events.emit(
      run.id,
      jobs.length > 0
        ? [
            {
              type: 'stage',
              stage: job.data.stage,
              state: job.data.direction === 'do' ? 'running' : 'undoing',
            },
          ]
        : [],
    );
    await attach(jobs);
    if (jobs.length > 0) await queues.addStage(job, jobs);
    await job.updateData({ ...job.data, queued: true });
  }

  /** The jobs of a stage; on the way back only those that can be undone. */
  #jobs(position: Position, run: Run): StepJob[] {
    const jobs = this.#parts.queues.stageJobs(run, position.direction, position.stage);
    return position.direction === 'do'
      ? jobs
      : jobs.filter((job) => this.#parts.step(job.step).undo !== undefined);
  }

  /** How the steps of this stage went, or sleeps until they are through; a job that BullMQ itself gave up counts as cut off. */
  async #outcomes(job: Job<Position>, run: Run, token: string): Promise<StepOutcome[]> {
    const jobs = this.#jobs(job.data, run);
    if (jobs.length === 0) return [];
    let values = byStep(await job.getChildrenValues<StepOutcome>());
    let failures = new Map<string, string>();
    if (!jobs.every((step) => values.has(stepJobId(step)))) {
      if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
      // The last of them ended just now.
      values = byStep(await job.getChildrenValues<StepOutcome>());
      failures = byStep(await job.getIgnoredChildrenFailures());
    }
    const missing = jobs.some((step) => !values.has(stepJobId(step)));
    const by = missing ? await this.#parts.runs.cancelledBy(run.id) : undefined;
    return jobs.map((step) => {
      const id = stepJobId(step);
      const value = values.get(id);
      if (value) return value;
      // Withdrawn from its queue before a worker began it.
      if (by && !failures.has(id))
        return { ok: false, began: false, error: new MusterError('step.cancelled', { by }).toJSON() };
      const lost = { title: step.title, message: failures.get(id) ?? '' };
      return { ok: false, began: true, error: new MusterError('step.interrupted', lost).toJSON() };
    });
  }

  async #afterDoing(position: Position, run: Run, outcomes: StepOutcome[]): Promise<Position | undefined> {
    const { runs } = this.#parts;
    const durations = [...position.durations, Date.now() - position.since];
    const failed = outcomes.find((outcome) => !outcome.ok);
    const done: NewRunEvent = { type: 'stage', stage: position.stage, state: failed ? 'failed' : 'done' };
    const last = position.stage === run.plan.stages.length - 1;
    if (!failed && last) {
      const stages = run.origin === run.id ? durations : undefined;
      const { done: summary, next } = run.plan;
      await runs.end(run, { status: 'succeeded', summary, next, stages, events: [done] });
      return undefined;
    }
    const [cancelled] = await Promise.all([runs.cancelledBy(run.id), runs.events.emit(run.id, [done])]);
    if (!failed && !cancelled) {
      return { ...position, stage: position.stage + 1, queued: false, since: Date.now(), durations };
    }
    await runs.undoing(run.id);
    const error =
      worst(outcomes) ?? new MusterError('step.cancelled', { by: cancelled ?? run.by.person }).toJSON();
    // What never began leaves nothing behind; every other stage up to here is taken back, this one first.
    const began = outcomes.some((outcome) => outcome.began);
    const stage = began ? position.stage : position.stage - 1;
    const back: Position = {
      ...position,
      direction: 'undo',
      stage,
      queued: false,
      since: Date.now(),
      durations,
      error,
      cancelled,
    };
    return stage < 0 ? this.#end(back, run) : back;
  }

  async #afterUndoing(position: Position, run: Run, outcomes: StepOutcome[]): Promise<Position | undefined> {
    const failed = outcomes.flatMap((outcome) => (outcome.error ? [outcome.error] : []));
    if (outcomes.length > 0 && failed.length === 0) {
      await this.#parts.runs.events.emit(run.id, [{ type: 'stage', stage: position.stage, state: 'undone' }]);
    }
    const undoErrors = [...(position.undoErrors ?? []), ...failed];
    const next = { ...position, stage: position.stage - 1, queued: false, undoErrors };
    return next.stage < 0 ? this.#end(next, run) : next;
  }

  async #end(position: Position, run: Run): Promise<undefined> {
    const failure = position.error as ErrorData;
    const troubles = position.undoErrors ?? [];
    const undone = troubles.length > 0 ? `; and taking it back failed: ${troubles[0]?.summary}` : '';
    // A cancelled run is called so only where nothing of it is left.
    const clean = position.cancelled && troubles.length === 0 && failure.code === 'step.cancelled';
    const error = clean ? new MusterError('step.cancelled', { by: position.cancelled }).toJSON() : failure;
    await this.#parts.runs.end(run, {
      status: clean ? 'cancelled' : 'failed',
      summary: `${error.summary}${undone}`,
      next: clean ? `/retry ${run.id}` : `/retry ${run.id} after a fix, or ${afterFailure(error, run)}`,
      error,
      digest: clean ? [] : [...error.lines, ...troubles.flatMap((trouble) => trouble.lines)].slice(-20),
    });
    return undefined;
  }

  async close(): Promise<void> {
    await this.#worker.close();
  }
}

/** The error that says most: a real failure before a cancellation. */
function worst(outcomes: StepOutcome[]): ErrorData | undefined {
  const errors = outcomes.flatMap((outcome) => (outcome.error ? [outcome.error] : []));
  return errors.find((error) => error.code !== 'step.cancelled') ?? errors[0];
}

/** What helps most after a failure: the error's own command, or else what the run printed. */
const afterFailure = ({ hint }: ErrorData, { id }: Run): string =>
  hint.startsWith('/') ? hint : `/logs ${id}`;

/** BullMQ names children by their whole key; ours are unique by its last part, the job's id. */
function byStep<T>(children: Record<string, T>): Map<string, T> {
  return new Map(
    Object.entries(children).map(([path, value]) => [path.slice(path.lastIndexOf(':') + 1), value]),
  );
}
