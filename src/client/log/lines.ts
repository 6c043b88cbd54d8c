/** Cuts what a command prints into lines. What is longer than a line may be comes in parts. */
import { LONGEST_LINE } from '../../hub-place.ts';

/** A line, or a part of one that goes on with the next. */
export interface Piece {
  text: string;
  part: boolean;
}

const LF = 0x0a;
const CR = 0x0d;

export class Lines {
  readonly #most: number;
  #held: Buffer[] = [];
  #size = 0;

  constructor(most = LONGEST_LINE) {
    this.#most = most;
  }

  /** The lines that end in this chunk. */
  push(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      this.#add(chunk.subarray(from, end), pieces);
      const line = this.#take();
      pieces.push({ text: textOf(line.at(-1) === CR ? line.subarray(0, -1) : line), part: false });
      from = end + 1;
    }
    // What is held longer than the chunk lives must not keep all of it.
    this.#add(Buffer.from(chunk.subarray(from)), pieces);
    return pieces;
  }

  /** What was printed without an end of line, if anything. */
  end(): Piece[] {
    if (this.#size === 0) return [];
    return [{ text: textOf(this.#take()), part: false }];
  }

  #add(bytes: Buffer, pieces: Piece[]): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.#size += bytes.length;
    if (this.#size <= this.#most) return;
    let rest = this.#take();
    while (rest.length > this.#most) {
      const end = characterEnd(rest, this.#most);
      pieces.push({ text: textOf(rest.subarray(0, end)), part: true });
      rest = rest.subarray(end);
    }
    this.#held = [rest];
    this.#size = rest.length;
  }

  #take(): Buffer {
    const [only, ...more] = this.#held;
    const all = more.length === 0 ? (only ?? Buffer.alloc(0)) : Buffer.concat(this.#held);
    this.#held = [];
    this.#size = 0;
    return all;
  }
}

const textOf = (bytes: Buffer): string => bytes.toString('utf8');

/** The last place up to `at` where no character of UTF-8 is cut; `at` itself where it is none. */
function characterEnd(bytes: Buffer, at: number): number {
  for (let back = 0; back < 4; back += 1)
    if (((bytes[at - back] as number) & 0xc0) !== 0x80) return at - back;
  return at;
}
