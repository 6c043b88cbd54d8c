/** How far each run has come on its way through the stages, and how its steps went: kept with the run, so that any manager goes on from there. */
import type { Redis } from '../adapters/redis/connection.ts';
import type { ErrorData } from '../errors.ts';
import type { NewRunEvent } from '../events.ts';
import type { Events } from './event-stream.ts';
import type { Guard, Ledger } from './ledger.ts';
import { OPEN_RUNS, parseRun, type Run, runKey } from './run-record.ts';
import { type Direction, type StepJob, type StepOutcome, stepPlace } from './step-job.ts';

/** Where a run is. */
export interface Position {
  direction: Direction;
  stage: number;
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

/** A run under way: as it was read at one moment. */
export interface Underway {
  run: Run;
  position: Position;
  /** The position as it is stored; a move from here is refused once it has changed. */
  stored: string;
  /** How steps went, by their place. */
  outcomes: ReadonlyMap<string, StepOutcome>;
}

/** Where every run begins. */
export const beginning = (now: number): Position => ({
  direction: 'do',
  stage: 0,
  since: now,
  durations: [],
});

/** The field of a run's hash that holds its position. */
export const POSITION = 'position';

/** What holds as long as a step's outcome counts: its run has not ended, and the step has no outcome. */
export const awaited = (job: StepJob): Guard[] => [
  { member: [OPEN_RUNS, job.run] },
  { unset: [runKey(job.run), stepPlace(job)] },
];

export class Progress {
  readonly #redis: Redis;
  readonly #ledger: Ledger;
  readonly #events: Events;

  constructor(parts: { redis: Redis; ledger: Ledger; events: Events }) {
    this.#redis = parts.redis;
    this.#ledger = parts.ledger;
    this.#events = parts.events;
  }

  /** A run on its way; undefined where it has not begun or has ended. */
  async read(id: string): Promise<Underway | undefined> {
    const hash = await this.#redis.hgetall(runKey(id));
    const run = parseRun(hash);
    const stored = hash[POSITION];
    if (!run || stored === undefined) return undefined;
    const outcomes = new Map<string, StepOutcome>();
    for (const [field, value] of Object.entries(hash)) {
      if (/^(un)?do\./.test(field)) outcomes.set(field, JSON.parse(value) as StepOutcome);
    }
    return { run, position: JSON.parse(stored) as Position, stored, outcomes };
  }

  /** How a step stands that is about to begin: over, where its run has ended or it has an outcome; or its run was cancelled. */
  async standing(job: StepJob): Promise<'over' | 'cancelled' | 'awaited'> {
    const fields = [POSITION, stepPlace(job), 'cancel'];
    const [position, outcome, cancel] = await this.#redis.hmget(runKey(job.run), ...fields);
    if (position === null || outcome !== null) return 'over';
    return cancel === null ? 'awaited' : 'cancelled';
  }

  /**
   * Notes how a step went, with what it said last, where that is `awaited`. Gives how many steps of its stage are through
   * with it; undefined where it was not.
   */
  async note(
    job: StepJob,
    outcome: StepOutcome,
    events: NewRunEvent[] = [],
    guards = awaited(job),
  ): Promise<number | undefined> {
    const replies = await this.#ledger.commit({
      guard: guards,
      records: [],
      commands: [
        ['HINCRBY', runKey(job.run), `through.${job.direction}.${job.stage}`, '1'],
        ['HSET', runKey(job.run), stepPlace(job), JSON.stringify(outcome)],
        ...(events.length > 0 ? this.#events.commands(job.run, events) : []),
      ],
    });
    return replies && Number(replies[0]);
  }

  /** Moves a run on; false where somebody else did. */
  async move({ run, position, stored }: Underway, to: Position, events: NewRunEvent[]): Promise<boolean> {
    const turned = position.direction !== to.direction;
    const fields = [POSITION, JSON.stringify(to), ...(turned ? ['status', 'undoing'] : [])];
    const moved = await this.#ledger.commit({
      guard: { field: [runKey(run.id), POSITION, stored] },
      records: [],
      commands: [['HSET', runKey(run.id), ...fields], ...this.#events.commands(run.id, events)],
    });
    return moved !== undefined;
  }
}
