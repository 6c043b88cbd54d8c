/** What a program's two streams leave behind at flat memory: lines as they come, the last bytes, the last lines. */
import type { Output, RunOptions } from './shell.ts';

const PIECE = 16 * 1024;
const KEEP = 1024 * 1024;
const LAST_LINES = 20;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

type Stream = 'stdout' | 'stderr';

/** Collects both streams of one program. Links feed it chunks; what `onLine` throws comes out of `take`. */
export class Capture {
  readonly #stdout: Tail;
  readonly #stderr: Tail;
  readonly #splitters: Record<Stream, LineSplitter>;
  readonly #last: string[] = [];
  readonly #isHeard: boolean;

  constructor({ keep = KEEP, onLine }: Pick<RunOptions, 'keep' | 'onLine'>) {
    this.#isHeard = onLine !== undefined;
    this.#stdout = new Tail(keep);
    this.#stderr = new Tail(keep);
    const emit = (stream: Stream) => (line: string) => {
      this.#last.push(line);
      if (this.#last.length > LAST_LINES) this.#last.shift();
      onLine?.(line, stream);
    };
    this.#splitters = { stdout: new LineSplitter(emit('stdout')), stderr: new LineSplitter(emit('stderr')) };
  }

  /** A chunk, as it came. */
  take(stream: Stream, chunk: Buffer): void {
    (stream === 'stdout' ? this.#stdout : this.#stderr).push(chunk);
    const last = this.#isHeard ? chunk : lastLines(chunk);
    // What comes before them is heard by nobody: a program that prints without end costs little.
    if (last !== chunk) this.#splitters[stream].forget();
    this.#splitters[stream].push(last);
  }

  /** Both streams have ended: last lines without a line end come out. */
  end(): void {
    this.#splitters.stdout.end();
    this.#splitters.stderr.end();
  }

  /** The last twenty lines of both streams, oldest first. */
  get lines(): readonly string[] {
    return this.#last;
  }

  output(code: number): Output {
    return { code, stdout: this.#stdout.text(), stderr: this.#stderr.text() };
  }
}

/** Cuts bytes into lines (LF or CRLF); a line of more than 16 KiB comes in pieces, never cut inside a character. */
export class LineSplitter {
  readonly #emit: (line: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const text = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
      this.#line(bytes.subarray(start, text));
      start = end + 1;
    }
    while (bytes.length - start > PIECE + 1) start += this.#piece(bytes.subarray(start));
    // A copy, so that a short rest does not hold on to the whole chunk.
    this.#rest = Buffer.from(bytes.subarray(start));
  }

  /** Drops a line that has only begun. */
  forget(): void {
    this.#rest = Buffer.alloc(0);
  }

  end(): void {
    if (this.#rest.length > 0) this.#line(this.#rest);
    this.#rest = Buffer.alloc(0);
  }

  #line(bytes: Buffer): void {
    let line = bytes;
    while (line.length > PIECE) line = line.subarray(this.#piece(line));
    this.#emit(line.toString('utf8'));
  }

  #piece(bytes: Buffer): number {
    const size = characterStart(bytes, PIECE, -1);
    this.#emit(bytes.toString('utf8', 0, size));
    return size;
  }
}

/** The last twenty lines of a chunk, and what it begins of the next; all of it where there are fewer. */
function lastLines(chunk: Buffer): Buffer {
  let at = chunk.length;
  for (let line = 0; line <= LAST_LINES; line += 1) {
    at = at <= 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1);
    if (at === -1) return chunk;
  }
  return chunk.subarray(at + 1);
}

/** The last `keep` bytes of a stream. */
class Tail {
  readonly #keep: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(keep: number) {
    this.#keep = keep;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > 2 * this.#keep + PIECE) this.#trim();
  }

  text(): string {
    const [bytes, cut] = this.#trim();
    return bytes.toString('utf8', cut ? characterStart(bytes, 0, 1) : 0);
  }

  #cut = false;

  #trim(): [bytes: Buffer, cut: boolean] {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const bytes = Buffer.from(all.subarray(Math.max(0, all.length - this.#keep)));
    this.#cut ||= bytes.length < all.length;
    this.#chunks = [bytes];
    this.#size = bytes.length;
    return [bytes, this.#cut];
  }
}

/** The nearest start of a UTF-8 character at or beside `at`; `at` itself where the bytes are not UTF-8. */
function characterStart(bytes: Buffer, at: number, direction: 1 | -1): number {
  for (let step = 0; step < 4; step += 1) {
    const position = at + step * direction;
    const byte = bytes[position];
    if (byte === undefined || (byte & 0xc0) !== 0x80) return position;
  }
  return at;
}
