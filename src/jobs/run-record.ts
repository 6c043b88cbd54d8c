/** What is known of a run, how one is handed in, how one ends, and where it is kept. Key families `run`, `runs`. */
import { key } from '../adapters/redis/connection.ts';
import type { ErrorData } from '../errors.ts';
import type { NewRunEvent, Requester, RunStatus } from '../events.ts';
import type { Plan } from './plan.ts';

export interface Run {
  id: string;
  status: RunStatus;
  command: string;
  scope: string[];
  text: string;
  by: Requester;
  plan: Plan;
  planHash: string;
  /** UTC, ISO 8601; `started` and `ended` once it did. */
  accepted: string;
  started?: string;
  ended?: string;
  /** The first run of a chain of retries; its own id otherwise. */
  origin: string;
  /** Who cancelled it. */
  cancel?: string;
  summary?: string;
  next?: string;
  error?: ErrorData;
  /** Lines of its output that are not kept any more: the oldest. */
  gone?: number;
}

/** What is handed in for a new run. */
export interface Submission {
  id: string;
  command: string;
  scope: string[];
  text: string;
  by: Requester;
  plan: Plan;
  /** The rule that allowed it, for the audit. */
  rule: string;
  /** Sorted sets that note the run with it, in the same transaction: whoever has to be told of its end. */
  owed?: readonly string[];
}

/** How a run ends. */
export interface Ending {
  status: 'succeeded' | 'failed' | 'cancelled';
  summary: string;
  next: string;
  error?: ErrorData;
  digest?: string[];
  /** How long each stage took, ms, for later estimates; only of a whole, successful walk. */
  stages?: number[];
  /** What happened just before, told in the same transaction. */
  events?: NewRunEvent[];
}

/** The sorted set of runs that have not ended, by when they were accepted. */
export const OPEN_RUNS = key('runs', 'open');
/** The hash of a run. */
export const runKey = (id: string): string => key('run', id);

/** A run from its hash; undefined where there is none. */
export function parseRun(hash: Record<string, string>): Run | undefined {
  if (hash.data === undefined) return undefined;
  const run = JSON.parse(hash.data) as Run;
  run.status = hash.status as RunStatus;
  if (hash.started) run.started = hash.started;
  if (hash.cancel) run.cancel = hash.cancel;
  if (hash.gone) run.gone = Number(hash.gone);
  if (hash.ended) Object.assign(run, JSON.parse(hash.ended) as Partial<Run>);
  return run;
}
