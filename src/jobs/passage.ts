/** Where a run goes once the steps of its stage are through: on, back, or to its end. Decides, and does nothing. */
import { type ErrorData, MusterError } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import { messages } from '../messages/messages.ts';
import type { Position } from './progress.ts';
import type { Ending, Run } from './run-record.ts';
import type { StepOutcome } from './step-job.ts';

/** What follows a stage, and what is to be told of it. */
export type Passage = { to: Position; events: NewRunEvent[] } | { ending: Ending };

/** After a stage: `outcomes` are those of all its steps, `now` in ms since the epoch. */
export function passage(run: Run, position: Position, outcomes: StepOutcome[], now: number): Passage {
  return position.direction === 'do'
    ? afterDoing(run, position, outcomes, now)
    : afterUndoing(run, position, outcomes, now);
}

/** How a run ends whose last stage went well, told with that stage's end. */
export function success(run: Run, position: Position, now: number): Ending {
  const durations = [...position.durations, took(position, now)];
  return {
    status: 'succeeded',
    summary: run.plan.done,
    next: run.plan.next,
    // A retry skips stages: its durations say nothing about whole runs.
    stages: run.origin === run.id ? durations : undefined,
    events: [{ type: 'stage', stage: position.stage, state: 'done' }],
  };
}

/** How a run ends that went back as far as it had to. */
export function failure(run: Run, position: Position): Ending {
  const error = position.error as ErrorData;
  const troubles = position.undoErrors ?? [];
  const { ends } = messages().jobs;
  // A cancelled run is called so only where nothing of it is left.
  if (position.cancelled && troubles.length === 0 && error.code === 'step.cancelled') {
    const named = cancelledBy(position.cancelled);
    return {
      status: 'cancelled',
      summary: named.summary,
      next: run.plan.again ?? `/retry ${run.id}`,
      error: named,
      digest: [],
    };
  }
  return {
    status: 'failed',
    summary: summaryOf(error, troubles[0]),
    next: run.plan.again ?? ends.retry({ id: run.id, or: afterFailure(error, run) }),
    error,
    digest: [...new Set([error, ...troubles].map(({ lines }) => lines.join('\n')))]
      .flatMap((lines) => (lines === '' ? [] : lines.split('\n')))
      .slice(-20),
  };
}

/** Why a run failed, and why it was not taken back: said once where that is the same. */
function summaryOf({ summary }: ErrorData, trouble: ErrorData | undefined): string {
  const { ends } = messages().jobs;
  if (!trouble) return summary;
  return summary.endsWith(trouble.summary)
    ? ends.undoFailedAlike({ summary })
    : ends.undoFailed({ summary, trouble: trouble.summary });
}

function afterDoing(run: Run, position: Position, outcomes: StepOutcome[], now: number): Passage {
  const { stage } = position;
  const failed = outcomes.some((outcome) => !outcome.ok);
  if (!failed && stage >= run.plan.stages.length - 1) return { ending: success(run, position, now) };
  const events: NewRunEvent[] = [{ type: 'stage', stage, state: failed ? 'failed' : 'done' }];
  const durations = [...position.durations, took(position, now)];
  if (!failed && !run.cancel) {
    return { to: { ...position, stage: stage + 1, since: now, durations }, events };
  }
  // What never began leaves nothing behind; every other stage up to here is taken back, this one first.
  const began = outcomes.some((outcome) => outcome.began);
  const back: Position = {
    direction: 'undo',
    stage: began ? stage : stage - 1,
    since: now,
    durations,
    error: worst(outcomes) ?? cancelledBy(run.cancel ?? run.by.person),
    cancelled: run.cancel,
  };
  return goBack(run, back, events);
}

function afterUndoing(run: Run, position: Position, outcomes: StepOutcome[], now: number): Passage {
  const { stage } = position;
  const errors = outcomes.flatMap(({ error }) => (error ? [error] : []));
  const undone = outcomes.length > 0 && errors.length === 0;
  const undoErrors = [...(position.undoErrors ?? []), ...errors];
  return goBack(
    run,
    { ...position, stage: stage - 1, since: now, undoErrors },
    undone ? [{ type: 'stage', stage, state: 'undone' }] : [],
  );
}

const goBack = (run: Run, to: Position, events: NewRunEvent[]): Passage =>
  to.stage < 0 ? { ending: { ...failure(run, to), events } } : { to, events };

/** How long the stage took, ms; nothing where the clock went back meanwhile. */
const took = ({ since }: Position, now: number): number => Math.max(0, now - since);

const cancelledBy = (person: string): ErrorData => new MusterError('step.cancelled', { by: person }).toJSON();

/** The error that says most: a real failure before a cancellation. */
function worst(outcomes: StepOutcome[]): ErrorData | undefined {
  const errors = outcomes.flatMap(({ error }) => (error ? [error] : []));
  return errors.find((error) => error.code !== 'step.cancelled') ?? errors[0];
}

/** What helps most after a failure: the error's own command, or else what the run printed. */
const afterFailure = ({ hint }: ErrorData, { id }: Run): string =>
  hint.startsWith('/') ? hint : `/logs ${id}`;
