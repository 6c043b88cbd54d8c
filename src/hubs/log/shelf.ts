/** All segments, and what is not in one yet, as blocks to read. */
import type { Log } from '../../log.ts';
import type { Block } from './block.ts';
import type { Damage } from './log.ts';
import type { Message } from './message.ts';
import type { Source } from './query.ts';
import { blocksIn, Gone, type Segment } from './segment.ts';
import { type Cut, mayHold, type Seeker, select } from './select.ts';

export class Shelf {
  segments: Segment[] = [];
  readonly #log: Log | undefined;
  /** Files that were put aside. */
  #aside: readonly string[] = [];

  constructor(log: Log | undefined) {
    this.#log = log;
  }

  aside(files: readonly string[]): void {
    this.#aside = files;
  }

  /** A segment was written anew, or is gone. */
  replace(segment: Segment, by: Segment | undefined): void {
    this.segments = this.segments.flatMap((one) => (one === segment ? (by ?? []) : one));
  }

  /** One segment, or some blocks, alone. */
  only(segment: Segment | undefined, fresh: readonly Block[] = []): Look {
    return new Look(segment ? [segment] : [], fresh, [], this.#log);
  }

  /** As it is right now; `fresh` is what is in no segment yet. */
  now(fresh: readonly Block[]): Look {
    return new Look(this.segments, fresh, this.#aside, this.#log);
  }
}

/** Everything as it was at one moment. */
export class Look {
  readonly #segments: readonly Segment[];
  readonly #fresh: readonly Block[];
  readonly #log: Log | undefined;
  /** What could not be read so far. */
  readonly damaged: Damage[];

  constructor(
    segments: readonly Segment[],
    fresh: readonly Block[],
    aside: readonly string[],
    log: Log | undefined,
  ) {
    this.#segments = [...segments];
    this.#fresh = fresh;
    this.damaged = aside.map((file) => ({ file }));
    this.#log = log;
  }

  /** Blocks of which something may be wanted. */
  async sources(seeker: Seeker): Promise<Source[]> {
    const sources: Source[] = [];
    for await (const source of this.inOrder(seeker)) sources.push(source);
    return sources;
  }

  /** The same, in order of arrival. */
  async *inOrder(seeker: Seeker): AsyncGenerator<Source & { block: Block; file: string }> {
    for (const segment of this.#segments) {
      if (!mayBeIn(segment, seeker)) continue;
      const blocks = await this.read(segment.path, [], () => blocksIn(segment.path));
      for (const block of blocks) if (mayHold(seeker, block)) yield this.#source(block, segment.path);
    }
    for (const block of this.#fresh) if (mayHold(seeker, block)) yield this.#source(block, 'memory');
  }

  /** What is read; or nothing where that is damaged, which is noted, or gone. */
  async read<Of>(file: string, nothing: Of, reading: () => Promise<Of>): Promise<Of> {
    try {
      return await reading();
    } catch (error) {
      if (error instanceof Gone) return nothing;
      // What is wrong with the question is not wrong with the file.
      if (error instanceof Error && error.name === 'MusterError') throw error;
      if (!this.damaged.some((one) => one.file === file)) this.damaged.push({ file });
      if (this.#log) this.#log.error({ file, err: error }, 'a block of logs cannot be read');
      return nothing;
    }
  }

  #source(block: Block, file: string): Source & { block: Block; file: string } {
    const { owner, sources, from, to, orders, levels } = block;
    return {
      ...{ owner, sources, from, to, orders, levels, block, file },
      select: (seeker: Seeker, cut?: Cut) => this.read<Message[]>(file, [], () => select(block, seeker, cut)),
    };
  }
}

const mayBeIn = ({ from, to, owners }: Segment, { wanted }: Seeker): boolean =>
  (wanted.since === undefined || to >= wanted.since) &&
  (wanted.until === undefined || from < wanted.until) &&
  (wanted.app === undefined || owners.has(wanted.app));
