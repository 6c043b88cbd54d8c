/** What will be done, as plain data: printed by a dry run, hashed for approval, walked by the run job. */
import { createHash } from 'node:crypto';
import type { PlannedStep } from './step.ts';

export interface Stage {
  name: string;
  /** Run in parallel. */
  steps: PlannedStep[];
}

export interface Plan {
  /** What it is, for the card's first line: `shop v1.4.2 (3f9c1d2) on web-1, web-2`. */
  title: string;
  /** What is true when it succeeded: `shop v1.4.2 (3f9c1d2) is live on web-1, web-2`. */
  done: string;
  /** What is changed, and thereby locked while the run lasts: `app/shop`. Empty for what only reads. */
  locks: string[];
  stages: Stage[];
  /** The command to type when it succeeded. */
  next: string;
  /** Ends when whoever asked goes away (following a log): nobody else wants it. */
  fleeting?: boolean;
  /** The run this one goes on from (a retry): what that one left on the hosts is used again. */
  origin?: string;
  /** The command to type instead of a retry, where what was planned may soon not be right any more. */
  again?: string;
  /** Channels that post this get a card of it, besides those that post `runs`. */
  posts?: 'nodes';
  /** The command that takes it back, where there is one. */
  undo?: string;
  /** What it changes, for people who agree to it: lines of a diff. What it does is in its steps. */
  shows?: string[];
  /** The command by which a person makes last what the run waits with: without, it is taken back by itself. */
  keep?: string;
}

/** Keys in order, whatever order they were written in (RFC 8785 in spirit: our data is strings, whole numbers, lists and maps). */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonical(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** The plan's identity: SHA-256 of what it does, 64 hexadecimal digits; what people approve. How it is told, and in which language, is no part of it. */
export function planHash({
  title: _title,
  done: _done,
  next: _next,
  undo: _undo,
  keep: _keep,
  again: _again,
  shows: _shows,
  stages,
  ...rest
}: Plan): string {
  const deeds = stages.map(({ steps, ...stage }) => ({
    ...stage,
    steps: steps.map(({ title: _, ...step }) => step),
  }));
  return createHash('sha256')
    .update(canonical({ ...rest, stages: deeds }))
    .digest('hex');
}

/** Every host the plan touches, once. */
export const planHosts = (plan: Plan): string[] => [
  ...new Set(plan.stages.flatMap((stage) => stage.steps.map((step) => step.host))),
];
