/** A step as it lies in its queue, and how it went. */
import type { ErrorData } from '../errors.ts';
import type { Run } from './run-record.ts';
import type { PlannedStep } from './step.ts';

/** Whether a step is done or taken back. */
export type Direction = 'do' | 'undo';

/** A step's job. */
export interface StepJob extends PlannedStep {
  run: string;
  origin: string;
  direction: Direction;
  stage: number;
  index: number;
}

/** How a step went. */
export interface StepOutcome {
  ok: boolean;
  /** False where it was cancelled before it touched anything. */
  began: boolean;
  error?: ErrorData;
}

/** Where a step stands in its run: unique there, and the name under which its outcome is noted. */
export const stepPlace = (job: Pick<StepJob, 'direction' | 'stage' | 'index'>): string =>
  `${job.direction}.${job.stage}.${job.index}`;

/** The id of a step's job, and the mark of its processes: the same however often it is queued. */
export const stepJobId = (job: Pick<StepJob, 'run' | 'direction' | 'stage' | 'index'>): string =>
  `${job.run}.${stepPlace(job)}`;

/** The steps of one stage as jobs. */
export function stageJobs(run: Run, direction: Direction, stage: number): StepJob[] {
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
