/** What a step said, until a manager has heard it: numbered, and bounded where nobody listens, or more slowly than it is said. */
import type { Said } from '../jobs/remote.ts';
import { messages } from '../messages/messages.ts';

/** What is kept at most, in things said. */
const MOST = 4_000;
/** What may wait before whoever asks for room has to wait, too. */
const ROOM = 800;
/** How much of a flood's middle is left out at once. */
const CUT = 500;
/** The most characters of one of them. */
const LONGEST = 4_000;

export class Told {
  /** Sorted by number; a number that is missing was left out. */
  readonly #said: { seq: number; said: Said }[] = [];
  #seq = 0;
  #heard = 0;
  #wake: () => void = () => {};
  #more = this.#next();
  #waiting: (() => void)[] = [];

  /** Adds something; where too much waits for a manager, the middle of it makes room. */
  push(said: Said): void {
    if (this.#said.length >= MOST) this.#makeRoom();
    this.#seq += 1;
    this.#said.push({ seq: this.#seq, said: shortened(said) });
    this.#wake();
    this.#more = this.#next();
  }

  /** The last that a manager is known to have heard. */
  get heard(): number {
    return this.#heard;
  }

  /** What follows a number, at most so much of it, with how much is left out where; all up to that number counts as heard. */
  after(seq: number, most: number): { seq: number; said: Said[] } {
    this.#heard = Math.max(this.#heard, seq);
    if (this.#hasRoom()) for (const go of this.#waiting.splice(0)) go();
    const next = this.#said.findIndex((one) => one.seq > seq);
    const said: Said[] = [];
    let last = seq;
    for (const one of next < 0 ? [] : this.#said.slice(next, next + most)) {
      const count = one.seq - last - 1;
      if (count > 0) said.push({ line: messages().jobs.notes.dropped({ count }) });
      said.push(one.said);
      last = one.seq;
    }
    return { seq: last, said };
  }

  /** Resolves when something was added since it was last called. */
  more(): Promise<void> {
    return this.#more;
  }

  /** Resolves when so much was heard that what is added next will be told whole. */
  async room(): Promise<void> {
    if (!this.#hasRoom()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #hasRoom = (): boolean => this.#seq - this.#heard < ROOM;

  /** What was heard goes; where nothing was, the middle: how it began and how it ends says most. */
  #makeRoom(): void {
    const waiting = this.#said.findIndex(({ seq }) => seq > this.#heard);
    if (waiting !== 0) this.#said.splice(0, waiting < 0 ? this.#said.length : waiting);
    else this.#said.splice(MOST / 2 - CUT, CUT);
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

const shortened = (said: Said): Said =>
  'line' in said
    ? { line: said.line.slice(0, LONGEST) }
    : 'note' in said
      ? { note: said.note.slice(0, LONGEST) }
      : said;
