/**
 * How far each source was read, on disk before its lines go into the store: so whoever reads goes on after the last line that the
 * store has, wherever either was cut off. A file of JSON lines that is written anew when it has grown. What is noted at once shares one
 * fsync.
 */
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Noted = z.strictObject({
  stream: z.string(),
  /** The sequence number that follows what was read up to here. */
  at: z.number().int().positive(),
  /** What the reader needs to go on. */
  position: z.unknown(),
  /** When it was noted, ms since the epoch. */
  noted: z.number(),
  /** The store is known to have had all before it. */
  kept: z.literal(true).optional(),
});
type Noted = z.infer<typeof Noted>;

/** Bytes after which the file is written anew. */
const FULL = 4 * 1024 * 1024;
/** The most streams that are known; those that were noted last. */
const MOST = 20_000;
/** Positions of one stream: of two, one is known to be in the store. */
const DEPTH = 4;

export class Positions {
  readonly #path: string;
  readonly #known = new Map<string, Noted[]>();
  #file: FileHandle | undefined;
  #size = 0;
  #waiting: { line: string; done: () => void; fail: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;
  readonly #least: number;
  /** How large the file may grow until it is written anew: twice what it has to hold, or more would be written of old than of new. */
  #full: number;

  private constructor(path: string, full: number) {
    this.#path = path;
    this.#least = full;
    this.#full = full;
  }

  /** `folder` is the hub's; it is made where there is none. */
  static async open(folder: string, { full = FULL }: { full?: number } = {}): Promise<Positions> {
    const positions = new Positions(join(folder, 'positions.jsonl'), full);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const text = await readFile(positions.#path, 'utf8').catch(() => '');
    // A line that was cut off was never noted.
    for (const line of text.split('\n')) positions.#remember(parse(line));
    await positions.#renew();
    return positions;
  }

  /** Notes where a stream's reader is once all before sequence number `at` is in the store; resolves when that is on disk. */
  note(stream: string, at: number, position: unknown): Promise<void> {
    return this.#note({ stream, at, position, noted: Date.now() });
  }

  /** Notes that the store has all before what was noted last; only where nothing else says so. */
  async kept(stream: string): Promise<void> {
    const [only, more] = this.#known.get(stream) ?? [];
    if (only && !more && !only.kept) await this.#note({ ...only, kept: true });
  }

  async #note(noted: Noted): Promise<void> {
    await new Promise<void>((done, fail) => {
      this.#waiting.push({ line: `${JSON.stringify(noted)}\n`, done, fail });
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
    });
    this.#remember(noted);
  }

  /** Where to go on, given the first sequence number that the store does not have; the lines from there on have the numbers from `at` on. */
  find(stream: string, next: number): { at: number; position: unknown } | undefined {
    const known = this.#known.get(stream) ?? [];
    const found = known.findLast(({ at }) => at <= next);
    if (found || next > 1) return found;
    // It was silent for so long that the store knows it no more: what was taken long ago is not to come again.
    const last = known.at(-1);
    return known.length > 1 || last?.kept ? last : undefined;
  }

  /** The streams of which a position is known, by the names that `note` was given; last the one that was noted last. */
  streams(): string[] {
    return [...this.#known.keys()];
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
  }

  #remember(noted: Noted | undefined): void {
    if (!noted) return;
    const known = (this.#known.get(noted.stream) ?? []).filter(({ at }) => at < noted.at);
    // In order of when they were noted last.
    this.#known.delete(noted.stream);
    this.#known.set(noted.stream, [...known, noted].slice(-DEPTH));
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const text = batch.map(({ line }) => line).join('');
      try {
        if (this.#size > this.#full) await this.#renew();
        await this.#file?.appendFile(text);
        await this.#file?.datasync();
        this.#size += Buffer.byteLength(text);
        for (const { done } of batch) done();
      } catch (error) {
        // Half a line at the end must not swallow the next one.
        await this.#renew().catch(() => {});
        for (const { fail } of batch) fail(error);
      }
    }
  }

  /** Only what is still of use, in one move. */
  async #renew(): Promise<void> {
    // By their number alone: by a clock that jumped ahead all would go, and files be read anew.
    for (const stream of this.#known.keys()) if (this.#known.size > MOST) this.#known.delete(stream);
    const text = [...this.#known.values()]
      .flatMap((noted) => noted.map((one) => `${JSON.stringify(one)}\n`))
      .join('');
    const next = `${this.#path}.new`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
      await rename(next, this.#path);
      const folder = await open(dirname(this.#path));
      await folder.sync().finally(() => folder.close());
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#size = Buffer.byteLength(text);
    this.#full = Math.max(this.#least, 2 * this.#size);
  }
}

function parse(line: string): Noted | undefined {
  try {
    return Noted.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
