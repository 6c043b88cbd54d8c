/** Puts printed lines together into messages: parts of one long line, and the lines of a trace. What it does follows from the lines alone. */
import type { Printed } from '../../../lines.ts';
import { levelOf } from './level.ts';
import { beginsTrace, goesOnTrace, Trace } from './trace.ts';

/** A message is no longer than this, UTF-16 code units; what is longer goes on in another one. */
const LONGEST = 1024 * 1024;
const MOST_LINES = 1_000;
const WARN = 3;

/** A message that may still grow. */
export interface Draft {
  seq: number;
  /** The sequence numbers of its lines, where there are several. */
  seqs: number[] | undefined;
  time: bigint;
  level: number;
  stderr: boolean;
  text: string;
  /** It goes on with the one before it. */
  goesOn: boolean;
}

/** Folds the lines of one output of one stream. */
export class Fold {
  readonly #done: (draft: Draft) => void;
  #draft: Draft | undefined;
  #trace: Trace | undefined;
  /** The line it ended with was a part of one. */
  #part = false;

  constructor(done: (draft: Draft) => void) {
    this.#done = done;
  }

  /** Characters it holds back, as more may come that belongs to them; undefined where nothing is held. */
  get held(): number | undefined {
    return this.#draft?.text.length;
  }

  /** The sequence numbers of what is held. */
  get seqs(): readonly number[] {
    return this.#draft ? (this.#draft.seqs ?? [this.#draft.seq]) : [];
  }

  /** Whether the next line surely belongs to what is held. */
  get unfinished(): boolean {
    return this.#part;
  }

  add(line: Printed): void {
    const draft = this.#draft;
    if (!draft) this.#begin(line, false);
    else if (this.#part) this.#grow(draft, line, '');
    else if (this.#trace?.takes(line.text)) this.#grow(draft, line, '\n');
    else {
      this.settle();
      this.#begin(line, false);
    }
    this.#part = line.part === true;
    if (!this.#part && !this.#trace) this.#look();
  }

  /** Gives out what is held. */
  settle(): void {
    const draft = this.#draft;
    this.#draft = undefined;
    this.#trace = undefined;
    this.#part = false;
    if (draft) this.#done(draft);
  }

  #begin(line: Printed, goesOn: boolean): void {
    this.#draft = {
      seq: line.seq,
      seqs: undefined,
      time: line.time,
      level: levelOf(line.text),
      stderr: line.from === 'stderr',
      text: line.text,
      goesOn,
    };
  }

  #grow(draft: Draft, line: Printed, between: '' | '\n'): void {
    if (draft.text.length + line.text.length > LONGEST || (draft.seqs?.length ?? 1) >= MOST_LINES) {
      const { level } = draft;
      const trace = this.#trace;
      this.settle();
      this.#begin(line, true);
      (this.#draft as unknown as Draft).level = level;
      this.#trace = trace;
      return;
    }
    draft.text += between + line.text;
    draft.seqs ??= [draft.seq];
    draft.seqs.push(line.seq);
  }

  /** A whole line: held where a trace may follow it, given out at once where not. */
  #look(): void {
    const draft = this.#draft as Draft;
    // Its beginning was given out, as nothing came for a while.
    if (goesOnTrace(draft.text)) draft.goesOn = true;
    if (draft.text.charCodeAt(0) !== 0x7b && (draft.level >= WARN || beginsTrace(draft.text)))
      this.#trace = new Trace(draft.text);
    else this.settle();
  }
}
