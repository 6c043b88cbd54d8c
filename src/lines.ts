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

/** One line as it was printed, before anything is made of it. */
export interface Printed {
  /** Counts the lines of a stream from 1 on. */
  seq: number;
  /** When it was printed, nanoseconds since the epoch, by the clock of who sends it. */
  time: bigint;
  /** Without its line end. */
  text: string;
  /** Where it was printed; stdout where absent. */
  from?: 'stdout' | 'stderr';
  /** True where the next line of this stream and output goes on with it. */
  part?: true;
}

export interface Line extends LineSource {
  /** Of the first of its printed lines. */
  seq: number;
  /** How many printed lines it is made of; 1 where absent. */
  lines?: number;
  /** When it was printed, nanoseconds since the epoch. */
  time: bigint;
  /** When it happened by its own account, nanoseconds since the epoch; only where it says so with a time zone. */
  said?: bigint;
  /** As the message says, or else as it looks. */
  level: Level;
  /** What was printed, without its line end; a folded trace has several lines. Not made fit for a terminal. */
  message: string;
  /** What JSON, logfmt or a common format says. */
  fields?: Record<string, unknown>;
  /** Where it was printed; stdout where absent. */
  from?: 'stderr';
  /** True where it goes on with the message before it in its stream, as both would be too long for one. */
  goesOn?: true;
  /** True where it stands for `lines` lines that were dropped, because the operator chose so. */
  dropped?: true;
}
