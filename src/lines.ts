/** One message of any log: what a container, a run or a host said, in the one form in which it is kept, searched and exported. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type Level = (typeof LEVELS)[number];

/** Where a message comes from. */
export interface LineSource {
  host?: string;
  app?: string;
  /** The run that deployed it. */
  generation?: string;
  service?: string;
  /** A run of Muster: its id. */
  run?: string;
  /** One life of one writer: a container's output since its start, a file of a host. Sequence numbers count within it. */
  stream: string;
}

export interface Line extends LineSource {
  /** Counts the messages of a stream from 1 on. */
  seq: number;
  /** Nanoseconds since the epoch. */
  time: bigint;
  /** As the message says, or else as it looks. */
  level: Level;
  /** What was printed, without its line end; a folded trace has several lines. Not made fit for a terminal. */
  message: string;
  /** What JSON, logfmt or a common format says beside its message. */
  fields?: Record<string, unknown>;
}
