/** What happens to a run, as data: the card, `say`, the log and the metrics are folds over these. */
import type { ErrorData } from './errors.ts';

/** How a run stands. The last three are final, and a run reaches exactly one of them. */
export type RunStatus = 'waiting' | 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled';
export const FINAL: readonly RunStatus[] = ['succeeded', 'failed', 'cancelled'];
export const isFinal = (status: RunStatus): boolean => FINAL.includes(status);

/** Who asked, as audit and cards name them. */
export interface Requester {
  /** The person's name in the configuration. */
  person: string;
  /** The chat platform, `console`, or `schedule`. */
  platform: string;
  /** Chat and thread on that platform, where answers go. */
  chat: string;
  thread?: string;
  /** The message that asked, where the platform has reactions. */
  message?: string;
}

/** One stage as the card shows it. */
export interface StageOutline {
  name: string;
  /** Hosts on which the stage has steps. */
  hosts: string[];
  /** How long it usually takes, ms, from this job's own history; absent without history. */
  expected?: number;
}

interface Base {
  run: string;
  /** UTC, ISO 8601. */
  at: string;
}

export type RunEvent =
  | (Base & {
      type: 'accepted';
      command: string;
      title: string;
      scope: string;
      by: Requester;
      stages: StageOutline[];
      undo?: string;
      keep?: string;
    })
  | (Base & { type: 'blocked'; lock: string; holder: string; holderTitle: string; since: string })
  | (Base & { type: 'started' })
  | (Base & { type: 'stage'; stage: number; state: 'running' | 'done' | 'failed' | 'undoing' | 'undone' })
  | (Base & {
      type: 'step';
      stage: number;
      step: string;
      title: string;
      host: string;
      state: 'running' | 'done' | 'failed' | 'cancelled';
      error?: ErrorData;
      undo?: boolean;
      attempt?: number;
    })
  /** A share of the step that is done, 0 to 1. */
  | (Base & { type: 'progress'; stage: number; step: string; host: string; share: number })
  /** Output lines, scrubbed and printable. */
  | (Base & { type: 'lines'; stage: number; step: string; host: string; lines: string[] })
  /** A fact worth a line on the card (size of an image, address of an app). */
  | (Base & { type: 'note'; text: string })
  | (Base & { type: 'cancelling'; by: string })
  | (Base & {
      type: 'ended';
      status: 'succeeded' | 'failed' | 'cancelled';
      summary: string;
      next: string;
      error?: ErrorData;
      digest?: string[];
      ms: number;
    });

export type RunEventType = RunEvent['type'];
/** An event before its envelope (`run`, `at`) is added. */
export type NewRunEvent = RunEvent extends infer E
  ? E extends RunEvent
    ? Omit<E, 'run' | 'at'>
    : never
  : never;
