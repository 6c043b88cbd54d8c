/** What is wrong somewhere, as its source says it. Sources only raise and clear; who is told, when and how often is decided in `jobs/alerts`. */

/** How bad it is; the last is the worst. Only `critical` is told at night. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Alarm {
  /** Its own, for `clear`: `worker/web-1`. Raised again with the same key it is the same alarm. */
  key: string;
  severity: Severity;
  /** Alarms of one cause are one message: `worker.silent`, `http genesis:8080`. */
  cause: string;
  /** What it is about, kind and name, which routes choose by: `host/web-1`. */
  subject: string;
  /** What is wrong: `web-1 does not answer`; and that it is over: `web-1 answers again`. */
  summary: string;
  over?: string;
  /** The same of several, as said after their number: `hosts do not answer`, and `answer again`. */
  many?: string;
  manyOver?: string;
  /** A few lines more. */
  lines?: string[];
  /** What to do next. */
  hint?: string;
  /** What whoever reads it may do about it, each a line that anybody may type. */
  buttons?: { label: string; line: string }[];
  /** How healthy it was, 0 to 100, oldest first: drawn under the message. -1 where nothing was known. */
  chart?: number[];
  /** The platform over which nobody can be told, because it is what is silent. */
  besides?: string;
}

/** The way in for whoever notices something. Both may be called again and again, and from any process. */
export interface Alarms {
  /** Resolves once it is kept; it is told from then on, also after a crash. */
  raise(alarm: Alarm): Promise<void>;
  /** It is well again; of what was never raised nothing happens. */
  clear(key: string): Promise<void>;
}
