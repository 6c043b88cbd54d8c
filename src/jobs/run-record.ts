/** What is known of a run, how one is handed in, and how one ends. */
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
