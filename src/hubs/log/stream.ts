/** What is known of one stream: how far it is, and what was wrong with it. */
import type { LineSource, Printed } from '../../lines.ts';
import { type Draft, Fold } from './reading/fold.ts';
import { keyOf, ownerOf, sourceOf } from './source.ts';

/** How far ahead a number may be; what is further is no gap, it was made up. */
const MOST = 1_000_000_000;

/** Bytes of a source as JSON; records have no room for more. */
const MOST_HEADER = 60_000;

/** As it is written down with every segment. */
export interface StreamData {
  source: LineSource;
  next: number;
  duplicates: number;
  forged: number;
  dropped: number;
  /** When it last had a line, ms since the epoch. */
  last: number;
  /** The number of the write-ahead file of its last line. */
  file: number;
}

export class Stream {
  readonly source: LineSource;
  readonly key: string;
  readonly owner: string;
  /** The source as JSON, as records have it. */
  readonly header: Buffer;
  /** The first sequence number that is not on disk. */
  next = 1;
  /** The first one that was not taken over yet. */
  accepted = 1;
  duplicates = 0;
  forged = 0;
  dropped = 0;
  last = 0;
  file = 0;
  /** Bytes that wait to be written. */
  waiting = 0;
  /** Things that were put into the intake and are not through. */
  pending = 0;
  readonly folds: Record<'stdout' | 'stderr', Fold>;

  constructor(source: LineSource, done: (stream: Stream, draft: Draft) => void) {
    this.source = Object.freeze(sourceOf(source));
    this.key = keyOf(source);
    this.owner = ownerOf(source);
    this.header = Buffer.from(JSON.stringify(this.source));
    if (this.header.length > MOST_HEADER) throw new TypeError('The names of a stream are too long.');
    const fold = () => new Fold((draft) => done(this, draft));
    this.folds = { stdout: fold(), stderr: fold() };
  }

  /**
   * The lines that were not here before; counts the others. Undefined where a number is none, or so far from what it ought to be that
   * it was made up: then nothing is taken.
   */
  fresh(lines: readonly Printed[]): Printed[] | undefined {
    for (const { seq } of lines) {
      if (Number.isSafeInteger(seq) && seq > 0 && seq < this.accepted + MOST) continue;
      this.forged += lines.length;
      return undefined;
    }
    const fresh: Printed[] = [];
    const known = this.accepted;
    for (const line of lines) {
      if (line.seq >= this.accepted) {
        fresh.push(line);
        this.accepted = line.seq + 1;
      } else if (line.seq < known) this.duplicates += 1;
      else this.forged += 1;
    }
    return fresh;
  }

  /** The sequence numbers of lines that are on disk, but in no message yet. */
  held(): number[] {
    return Object.values(this.folds).flatMap(({ seqs }) => seqs);
  }

  /** Whether all of it is on disk and in messages. */
  get idle(): boolean {
    return this.pending === 0 && this.folds.stdout.held === undefined && this.folds.stderr.held === undefined;
  }

  toData(): StreamData {
    const { source, next, duplicates, forged, dropped, last, file } = this;
    return { source, next, duplicates, forged, dropped, last, file };
  }

  restore({ next, duplicates, forged, dropped, last, file }: StreamData): void {
    Object.assign(this, { next, accepted: next, duplicates, forged, dropped, last, file });
  }
}
