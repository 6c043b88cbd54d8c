/** What a step said, until a manager has heard it: numbered, and bounded where nobody listens. */
import type { Said } from '../jobs/remote.ts';
import { messages } from '../messages/messages.ts';

/** What is kept at most, in things said. */
const MOST = 4_000;
/** The most characters of one of them. */
const LONGEST = 4_000;

export class Told {
  #said: { seq: number; said: Said }[] = [];
  #seq = 0;
  #heard = 0;
  #dropped = 0;
  #wake: () => void = () => {};
  #more = this.#next();

  /** Adds something; where too much waits for a manager, it is counted instead. */
  push(said: Said): void {
    while (this.#said.length >= MOST && (this.#said[0]?.seq ?? 0) <= this.#heard) this.#said.shift();
    if (this.#said.length >= MOST) {
      this.#dropped += 1;
      return;
    }
    this.#add(said);
  }

  /** The last that a manager is known to have heard. */
  get heard(): number {
    return this.#heard;
  }

  /** What follows a number, at most so much of it; all up to that number counts as heard. */
  after(seq: number, most: number): { seq: number; said: Said[] } {
    this.#heard = Math.max(this.#heard, seq);
    const next = this.#said.findIndex((one) => one.seq > seq);
    const part = next < 0 ? [] : this.#said.slice(next, next + most);
    if (part.length === 0 && this.#dropped > 0) {
      const note = messages().jobs.notes.dropped({ count: this.#dropped });
      this.#dropped = 0;
      this.#said = [];
      this.#add({ line: note });
      return this.after(seq, most);
    }
    return { seq: part.at(-1)?.seq ?? seq, said: part.map(({ said }) => said) };
  }

  /** Resolves when something was added since it was last called. */
  more(): Promise<void> {
    return this.#more;
  }

  #add(said: Said): void {
    this.#seq += 1;
    this.#said.push({ seq: this.#seq, said: shortened(said) });
    this.#wake();
    this.#more = this.#next();
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
