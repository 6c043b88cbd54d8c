/** Moves runs through their stages: how each step went is noted, and the last one of a stage moves the run on, or back. */
import { asMusterError, MusterError } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import type { Guard } from './ledger.ts';
import { failure, passage, success } from './passage.ts';
import { awaited, beginning, type Position, type Progress } from './progress.ts';
import type { Queues } from './queue.ts';
import type { Run } from './run-record.ts';
import type { Runs } from './runs.ts';
import type { AnyStep } from './step.ts';
import { type StepJob, type StepOutcome, stageJobs, stepPlace } from './step-job.ts';

export interface WalkParts {
  runs: Runs;
  progress: Progress;
  queues: Queues;
  step: (name: string) => AnyStep;
  /** Makes sure that somebody works on the lanes that these steps need. */
  attach: (jobs: StepJob[]) => Promise<void>;
}

/**
 * Everything here may be called again at any time, by any process: an outcome counts once, and a move
 * is refused where somebody else made it. A killed process therefore leaves nothing that another cannot take up.
 */
export class Walk {
  readonly #parts: WalkParts;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  /** Queues the first stage of a run; where that fails or there is nothing in it, walking the run goes on. */
  async begin(run: Run): Promise<void> {
    const jobs = stageJobs(run, 'do', 0);
    try {
      if (jobs.length > 0) return await this.#queue(jobs);
    } catch {
      // Walking tries again.
    }
    await this.#parts.queues.wake(run.id, 'look');
  }

  /** How a step stands that is about to begin; where it is over, somebody looks how its run goes on. */
  async standing(job: StepJob): Promise<'over' | 'cancelled' | 'awaited'> {
    const standing = await this.#parts.progress.standing(job);
    if (standing === 'over') await this.#parts.queues.wake(job.run, stepPlace(job));
    return standing;
  }

  /**
   * Notes how a step went, with what it said last. Where it was the last of all the run has ended; otherwise a manager walks it on.
   * It counts only as long as nobody else has the step's job: `token` is that of the worker's lock on it.
   */
  async stepEnded(job: StepJob, outcome: StepOutcome, said: NewRunEvent[], token: string): Promise<void> {
    await this.#noted(job, outcome, said, this.#parts.queues.held(job, token));
  }

  async #noted(job: StepJob, outcome: StepOutcome, said: NewRunEvent[], guard: Guard): Promise<void> {
    const { runs, progress, queues } = this.#parts;
    const guards = [...awaited(job), guard];
    const run = await runs.recall(job.run);
    if (!run) return;
    const lastStage = job.direction === 'do' && job.stage === run.plan.stages.length - 1;
    if (outcome.ok && lastStage && run.plan.stages[job.stage]?.steps.length === 1) {
      const position =
        job.stage === 0
          ? beginning(Date.parse(run.started ?? run.accepted))
          : (await progress.read(run.id))?.position;
      if (!position) return;
      const ending = success(run, position, Date.now());
      await runs.end(run, { ...ending, events: [...said, ...(ending.events ?? [])] }, guards);
      return;
    }
    const through = await progress.note(job, outcome, said, guards);
    // Only the last one of a stage moves the run; it may be one whose answer was lost.
    if (through !== undefined && through < this.#jobs(run, job).length) return;
    await queues.wake(run.id, stepPlace(job));
  }

  /** Goes on until the run waits for steps or has ended; with `look`, queues again what ought to be queued and is not. */
  async advance(id: string, look: boolean): Promise<void> {
    const { runs, progress } = this.#parts;
    if (look) await this.#look(id);
    for (;;) {
      const underway = await progress.read(id);
      if (!underway) return;
      const { run, position, outcomes } = underway;
      const through = this.#jobs(run, position).map((job) => outcomes.get(stepPlace(job)));
      if (!through.every((outcome) => outcome !== undefined)) return;
      const next = passage(run, position, through, Date.now());
      if ('ending' in next) {
        await runs.end(run, next.ending);
        return;
      }
      const jobs = this.#jobs(run, next.to);
      const { direction, stage } = next.to;
      const entering: NewRunEvent[] =
        jobs.length > 0 ? [{ type: 'stage', stage, state: direction === 'do' ? 'running' : 'undoing' }] : [];
      if (!(await progress.move(underway, next.to, [...next.events, ...entering]))) return;
      if (jobs.length > 0) return this.#queue(jobs);
    }
  }

  /** Ends a run that cannot be walked: better one that failed than one that holds its locks for ever. */
  async giveUp(id: string, thrown: unknown): Promise<void> {
    const underway = await this.#parts.progress.read(id);
    if (!underway) return;
    const error = asMusterError(thrown).toJSON();
    await this.#parts.runs.end(underway.run, failure(underway.run, { ...underway.position, error }));
  }

  /** Takes a run's steps that no worker has begun out of their queues, so that they need not wait for their turn to be cancelled. */
  async withdraw(run: Run): Promise<void> {
    const underway = await this.#parts.progress.read(run.id);
    if (underway?.position.direction !== 'do') return;
    for (const job of this.#jobs(run, underway.position)) {
      if (await this.#parts.queues.withdraw(job)) await this.#withdrawn(job, underway.run);
    }
  }

  /** Queues the steps of the present stage that are in no queue, and notes those that BullMQ gave up. */
  async #look(id: string): Promise<void> {
    const { progress, queues } = this.#parts;
    const before = await progress.read(id);
    if (!before) return;
    const all = this.#jobs(before.run, before.position);
    const jobs = all.filter((job) => !before.outcomes.has(stepPlace(job)));
    await this.#parts.attach(jobs);
    const places = await Promise.all(jobs.map((job) => queues.find(job)));
    // What ended while this looked is in no queue either: only what has no outcome now is missing.
    const underway = await progress.read(id);
    if (underway?.stored !== before.stored) return;
    for (const [index, job] of jobs.entries()) {
      const place = places[index] as (typeof places)[number];
      if (place === 'there' || underway.outcomes.has(stepPlace(job))) continue;
      if (place === 'over') await queues.forget(job);
      else if (place !== 'absent') {
        const error = new MusterError('step.interrupted', { title: job.title, message: place.lost }).toJSON();
        await progress.note(job, { ok: false, began: true, error });
        continue;
      }
      if (underway.run.cancel && job.direction === 'do') await this.#withdrawn(job, underway.run);
      else await queues.add([job]);
    }
  }

  async #withdrawn(job: StepJob, run: Run): Promise<void> {
    const error = new MusterError('step.cancelled', { by: run.cancel ?? run.by.person }).toJSON();
    // Whoever queues it after this sees that it is over.
    const unqueued = this.#parts.queues.unqueued(job);
    await this.#noted(job, { ok: false, began: false, error }, [], unqueued);
  }

  async #queue(jobs: StepJob[]): Promise<void> {
    await this.#parts.attach(jobs);
    await this.#parts.queues.add(jobs);
  }

  /** The jobs of a stage; on the way back only those that can be undone. */
  #jobs(run: Run, { direction, stage }: Pick<Position, 'direction' | 'stage'>): StepJob[] {
    const jobs = stageJobs(run, direction, stage);
    return direction === 'do' ? jobs : jobs.filter((job) => this.#parts.step(job.step).undo !== undefined);
  }
}
