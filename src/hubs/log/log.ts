/** The log hub's store, as others see it: lines go in and are on disk when that is said; messages come out by time or by arrival. */

import type { Level, Line, LineSource, Printed } from '../../lines.ts';
import type { Jumped } from './aging.ts';

/** What is asked for; all that is said must be so. */
export interface Wanted extends Partial<LineSource> {
  /** This level or a worse one. */
  level?: Level;
  /** Nanoseconds since the epoch, inclusive. */
  since?: bigint;
  /** Nanoseconds since the epoch, exclusive. */
  until?: bigint;
  /** A text that is in the message, whatever the case of its letters. */
  text?: string;
  /** A regular expression of JavaScript that is found in the message, whatever the case of its letters. */
  pattern?: string;
}

/** What a store is held to. */
export interface LogLimits {
  /** Bytes on disk of all segments together; the app that has most loses its oldest messages first. */
  size: number;
  /** How long messages are kept, ms. */
  age: number;
  /** Bytes of a write-ahead file, after which it becomes a segment. About three times as much is held in memory. */
  fresh: number;
  /** Bytes that may wait to be written, of one stream; more is refused with `logs.busy`. */
  waiting: number;
  /** Lines per second of one stream over ten seconds, where the operator chose to drop what is more. */
  rate?: number;
}

/** What fits a hub of any size: a larger file would take more memory, a smaller one makes many small segments. */
export const FRESH: Pick<LogLimits, 'fresh' | 'waiting'> = {
  fresh: 16 * 1024 * 1024,
  waiting: 8 * 1024 * 1024,
};

/** A place in the order of arrival; all before it has been given out. Of use after restarts, too. Opaque; compare with nothing. */
export type Place = string;

export interface Found {
  /** In order of time; of one stream in order of its sequence numbers wherever its clock did not go back. */
  lines: AsyncIterable<Line>;
  /** `tail` from here goes on without gap or double. */
  place: Place;
  /** What could not be read; complete once the lines have been read. */
  damaged: readonly Damage[];
}

/** What a query may say beside what is wanted. */
export interface Asked {
  /** At most so many messages. */
  limit?: number;
  /** Which ones where there are more: the last ones (also in order of time) or the first ones. */
  end?: 'first' | 'last';
  signal?: AbortSignal;
}

/** New messages in order of arrival, and the place after them; none only where places were asked for. */
export interface Arrived {
  lines: Line[];
  place: Place;
  /** Something right before these was let go, to make room, before it could be read. */
  missed?: true;
}

/** How new messages are read. */
export interface Tailing {
  signal: AbortSignal;
  /** From where on; from now on where there is none. */
  after?: Place;
  /** Places are given as well where none of what arrived is wanted, and where something was let go. */
  places?: boolean;
}

/** What is provable of one stream. */
export interface Proof extends LineSource {
  /** The first and the last sequence number that are kept. */
  from: number;
  to: number;
  /** Printed lines that are kept. */
  kept: number;
  /** Sequence numbers between `from` and `to` that never came or were lost: first and last of each gap. */
  gaps: [first: number, last: number][];
  /** Sequence numbers that are kept twice. */
  doubled: number;
  /** Lines dropped because the operator chose so. */
  dropped: number;
  /** Lines refused because they were here already. */
  duplicates: number;
  /** Lines refused because their number was no such number, or went backwards within a batch. */
  forged: number;
}

/** Something that cannot be read; what was in it is a gap of its streams. */
export interface Damage {
  file: string;
}

export interface Verified {
  streams: Proof[];
  damaged: Damage[];
}

/** How much there is of one app, `host/NAME` or `run/ID`. */
export interface Share {
  owner: string;
  /** On disk, compressed. */
  bytes: number;
}

/** Throws `logs.full` where the disk takes no more, `logs.busy` where too much waits already. */
export interface LogStore {
  /**
   * Takes lines of a stream in, in order; gives the first sequence number that is not on disk yet. Lines that are here already are
   * passed over. A call may be made before the one before it is through.
   */
  take(source: LineSource, lines: readonly Printed[]): Promise<number>;
  /** The sequence number that a stream goes on with: all before it are on disk. */
  next(source: LineSource): number;
  /** What is kept right now. Throws `logs.pattern` for a pattern that is none or takes too long. */
  query(wanted: Wanted, asked?: Asked): Found;
  /** What arrives from now on, or from a place on; ends with its signal. A slow reader misses nothing, and holds up nobody. */
  tail(wanted: Wanted, options: Tailing): AsyncIterable<Arrived>;
  /** Reads all that is wanted and counts it. */
  verify(wanted: Wanted, signal?: AbortSignal): Promise<Verified>;
  shares(): Share[];
  /** That the clock went ahead by more than an hour, as long as nothing ages by that. */
  readonly jumped: Jumped | undefined;
  close(): Promise<void>;
}
