/** The store itself: lines of streams become messages once they are on disk; and all of them as one to who asks. */
import { join } from 'node:path';
import { MusterError } from '../../errors.ts';
import type { Line, LineSource, Printed } from '../../lines.ts';
import type { Log } from '../../log.ts';
import { Aging, type Jumped } from './aging.ts';
import { Ahead } from './ahead.ts';
import { Folder } from './folder.ts';
import { Intake, type Kept, type LeftOut, sizeOf } from './intake.ts';
import { sharesOf } from './keep.ts';
import { lineOf } from './line.ts';
import { lock } from './lock.ts';
import type { Arrived, Asked, Found, LogLimits, LogStore, Share, Tailing, Verified, Wanted } from './log.ts';
import { DROPPED, GOES_ON, type Message, STDERR } from './message.ts';
import { backward, forward } from './query.ts';
import { Quota } from './quota.ts';
import type { Draft } from './reading/fold.ts';
import { placeOf, Recent } from './recent.ts';
import { recover } from './recover.ts';
import { seekerOf } from './select.ts';
import { Settling } from './settling.ts';
import { Shelf } from './shelf.ts';
import type { Stream } from './stream.ts';
import { Streams, type Unneeded } from './streams.ts';
import { follow } from './tail.ts';
import { verify } from './verify.ts';

const MS = 1_000_000n;
/** How far the clock of a sender may be ahead, ms; what is later is given the time when it came. */
const AHEAD = 60_000;
/** How many times as much may wait of all streams together as of one; and what may wait of each all the same, bytes. */
const ALL = 8;
const LITTLE = 64 * 1024;
/** How often it is looked for what is too old, ms. */
const TEND = 60_000;

export interface StoreOptions {
  log?: Log;
  /** Ms since the epoch. */
  now?: () => number;
  /** Hears that the disk takes no more, and that it does again. */
  onFull?: (full: boolean) => void;
  /** How often it is looked for what is too old, ms; once a minute by default. */
  tend?: number;
  /** Ms of a clock that only goes on, and that nobody sets. */
  steady?: () => number;
  /** Hears that the clock went ahead, and with nothing that messages age by it again. */
  onJump?: (jumped: Jumped | undefined) => void;
}

/** Opens a folder of logs, and creates it where there is none. Throws `logs.taken` where another process has it. */
export async function openLogStore(
  path: string,
  limits: LogLimits,
  options: StoreOptions = {},
): Promise<LogStore> {
  const folder = await Folder.open(path);
  const unlock = await lock(path);
  try {
    const store = new Store(folder, limits, options, unlock);
    await store.open();
    return store;
  } catch (error) {
    await unlock();
    throw error;
  }
}

class Store implements LogStore {
  readonly #folder: Folder;
  readonly #limits: LogLimits;
  readonly #log: Log | undefined;
  readonly #tend: number;
  readonly #now: () => number;
  readonly #unlock: () => Promise<void>;
  readonly #streams: Streams;
  readonly #aging: Aging;
  readonly #intake: Intake;
  readonly #settling: Settling;
  readonly #quota: Quota | undefined;
  readonly #shelf: Shelf;
  readonly #recent = new Recent({ number: 1, order: 0 });
  readonly #ahead: Ahead;
  /** Undefined before it is known. */
  #full: boolean | undefined;
  #tending: NodeJS.Timeout | undefined;

  constructor(
    folder: Folder,
    limits: LogLimits,
    { log, now, tend, onFull, steady, onJump }: StoreOptions,
    unlock: () => Promise<void>,
  ) {
    this.#folder = folder;
    this.#limits = limits;
    this.#log = log;
    this.#now = now ?? Date.now;
    this.#tend = tend ?? TEND;
    this.#unlock = unlock;
    this.#shelf = new Shelf(log);
    this.#streams = new Streams({
      folder: folder.path,
      log,
      done: (stream, draft) => this.#add(stream, draft),
    });
    this.#aging = new Aging({
      ...{ path: join(folder.path, 'clock.json'), now: this.#now, log, onJump },
      steady: steady ?? (() => performance.now()),
    });
    this.#ahead = new Ahead({
      ...{ folder, limits, shelf: this.#shelf, log, now: this.#now },
      aging: () => this.#aging.time(),
      sync: () => this.#streams.sync(),
      finish: () => this.#finish(),
      begun: (number) => this.#recent.turn(number),
    });
    this.#quota = limits.rate === undefined ? undefined : new Quota(limits.rate, this.#now);
    this.#settling = new Settling((stream, output) => this.#intake.put(stream, { settle: output }));
    this.#intake = new Intake({
      append: async (bytes) => {
        try {
          await this.#ahead.append(bytes);
          this.#tellFull(false, onFull);
        } catch (error) {
          if (isFull(error)) this.#tellFull(true, onFull);
          throw error;
        }
      },
      kept: (parts) => this.#kept(parts),
      failed: (streams) => {
        for (const stream of streams) stream.accepted = stream.next;
      },
    });
  }

  /** Reads what is there, and goes on with the last write-ahead file. */
  async open(): Promise<void> {
    let newest = 0;
    const recovered = await recover(this.#folder, this.#log, {
      stream: (source) => this.#streams.of(source),
      silent: (first) => this.#streams.open(first),
      path: this.#streams.path,
      sync: () => this.#streams.sync(),
      now: this.#now,
      begin: (number) => this.#ahead.begin(number),
      apply: (batch) => {
        const stream = this.#streams.of(batch.source);
        for (const { time } of batch.lines) newest = Math.max(newest, Number(time / MS));
        // What was written and refused afterwards may still be there.
        const lines = batch.lines.filter(({ seq }) => seq >= stream.next);
        if (batch.leftOut) this.#apply(stream, { leftOut: batch.leftOut }, 0, 0);
        else if (batch.settle) this.#apply(stream, { settle: batch.settle }, 0, 0);
        else this.#apply(stream, { lines }, 0, lines.length);
        stream.accepted = stream.next;
        stream.last = this.#now();
      },
      finish: () => this.#ahead.finish(),
    });
    this.#shelf.segments = recovered.segments;
    this.#shelf.aside(recovered.aside);
    for (const { written } of recovered.segments) newest = Math.max(newest, written);
    this.#aging.begin(newest || undefined);
    await this.#ahead.open(recovered.size);
    this.#settling.start();
    const tend = () => {
      this.#intake.between(() => this.#ahead.tend());
      void this.#streams.tend(this.#unneeded());
    };
    this.#tending = setInterval(tend, this.#tend).unref();
  }

  async take(source: LineSource, lines: readonly Printed[]): Promise<number> {
    const stream = this.#streams.of(source);
    const { waiting } = stream;
    const size = sizeOf({ lines });
    const most = this.#limits.waiting;
    const full = this.#intake.waiting + size > ALL * most && waiting + size > LITTLE;
    if (full || (waiting > 0 && waiting + size > most))
      throw new MusterError('logs.busy', { source: stream.owner });
    const before = stream.accepted;
    const fresh = stream.fresh(lines);
    if (!fresh) {
      const seq = lines.find((line) => !(line.seq > 0 && line.seq < before))?.seq ?? 0;
      throw new MusterError('logs.forged', { source: stream.owner, seq, next: before });
    }
    const now = this.#now();
    const latest = BigInt(now + AHEAD) * MS;
    const timed = fresh.map((line) => (line.time > latest ? { ...line, time: BigInt(now) * MS } : line));
    stream.last = now;
    const { kept, leftOut } = this.#quota?.of(stream.key, timed) ?? { kept: timed, leftOut: [] };
    const parts = [this.#intake.put(stream, { lines: kept })];
    for (const one of leftOut) parts.push(this.#intake.put(stream, { leftOut: one }));
    try {
      await Promise.all(parts);
    } catch (error) {
      throw isFull(error) ? new MusterError('logs.full', {}, { cause: error }) : error;
    }
    return stream.next;
  }

  next(source: LineSource): number {
    return this.#streams.next(source);
  }

  query(wanted: Wanted, { limit = Number.POSITIVE_INFINITY, end = 'first', signal }: Asked = {}): Found {
    const seeker = seekerOf(wanted);
    const place = placeOf(this.#recent.end);
    const look = this.#shelf.now(this.#ahead.blocks());
    const lines = async function* (): AsyncGenerator<Line> {
      const sources = await look.sources(seeker);
      const found =
        end === 'last' && limit !== Number.POSITIVE_INFINITY
          ? await backward(sources, seeker, limit, signal)
          : forward(sources, seeker, limit, signal);
      for await (const message of found) {
        signal?.throwIfAborted();
        yield lineOf(message);
      }
    };
    return { lines: lines(), place, damaged: look.damaged };
  }

  tail(wanted: Wanted, { signal, after, places = false }: Tailing): AsyncIterable<Arrived> {
    const from = after ?? placeOf(this.#recent.end);
    return follow({
      ...{ seeker: seekerOf(wanted), from, signal, places },
      recent: this.#recent,
      shelf: () => this.#shelf,
      fresh: () => this.#ahead.all(),
    });
  }

  verify(wanted: Wanted, signal?: AbortSignal): Promise<Verified> {
    const look = this.#shelf.now(this.#ahead.blocks());
    return verify(look, seekerOf(wanted), this.#streams.asOf(this.#now()), signal);
  }

  get jumped(): Jumped | undefined {
    return this.#aging.jumped;
  }

  shares(): Share[] {
    const shares = [...sharesOf(this.#shelf.segments)].map(([owner, bytes]) => ({ owner, bytes }));
    return shares.sort((a, b) => b.bytes - a.bytes);
  }

  async close(): Promise<void> {
    clearInterval(this.#tending);
    this.#settling.close();
    await this.#intake.idle();
    await this.#ahead.close();
    await this.#streams.close();
    await this.#unlock();
  }

  #tellFull(full: boolean, onFull: StoreOptions['onFull']): void {
    if (this.#full === full) return;
    this.#full = full;
    onFull?.(full);
  }

  async #kept(parts: readonly Kept[]): Promise<void> {
    for (const { stream, what, from, to } of parts) this.#apply(stream, what, from, to);
    this.#recent.wake();
    await this.#ahead.applied();
    this.#recent.wake();
  }

  /** What is on disk becomes messages. What happens here follows from the write-ahead file alone: after a crash it happens again. */
  #apply(stream: Stream, what: Kept['what'], from: number, to: number): void {
    stream.file = this.#ahead.number;
    if ('lines' in what) {
      const written = new Set<'stdout' | 'stderr'>();
      for (let index = from; index < to; index += 1) {
        const line = what.lines[index] as Printed;
        const output = line.from ?? 'stdout';
        written.add(output);
        stream.folds[output].add(line);
        stream.next = line.seq + 1;
      }
      for (const output of written) this.#settling.look(stream, output);
    } else if ('leftOut' in what) this.#leftOut(stream, what.leftOut);
    else {
      stream.folds[what.settle].settle();
      this.#settling.look(stream, what.settle);
    }
  }

  #leftOut(stream: Stream, { seq, count, time }: LeftOut): void {
    stream.next = seq + count;
    stream.dropped += count;
    const { source } = stream;
    this.#push(stream.owner, {
      ...{ source, seq, lines: count, time, level: 3, flags: DROPPED, text: '', order: 0 },
    });
  }

  #add({ source, owner }: Stream, { seq, seqs, time, level, stderr, goesOn, text }: Draft): void {
    const lines = seqs?.length ?? 1;
    const together = seqs === undefined || (seqs.at(-1) as number) - seq === lines - 1;
    const flags = (stderr ? STDERR : 0) | (goesOn ? GOES_ON : 0);
    // No spreads here: this is done for every line.
    const scattered = together ? undefined : seqs;
    this.#push(owner, { source, seq, lines, seqs: scattered, time, level, flags, text, order: 0 });
  }

  #push(owner: string, message: Message): void {
    this.#recent.push(this.#ahead.add(owner, message), message);
  }

  /** What is held back is given out, as no more lines come to it. */
  #finish(): string {
    this.#streams.settle();
    this.#settling.clear();
    // Those of which nothing is kept any more and that are long silent go: one that comes again has a gap before it.
    return JSON.stringify(this.#streams.far(this.#aging.time() - this.#limits.age));
  }

  #unneeded(): Unneeded {
    const firsts = new Map<string, number>();
    for (const { number, owners } of this.#shelf.segments)
      for (const owner of owners.keys()) if (!firsts.has(owner)) firsts.set(owner, number);
    return {
      before: this.#aging.time() - this.#limits.age,
      most: this.#limits.size / 20,
      firstOf: (owner) => firsts.get(owner) ?? Number.POSITIVE_INFINITY,
      first: this.#ahead.first,
    };
  }
}

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
