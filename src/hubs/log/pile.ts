/** Messages of one owner that are not packed yet: a column each, so that a message is no object that the collector has to look at. */
import type { LineSource } from '../../lines.ts';
import type { BlockFacts } from './facts.ts';
import type { Message } from './message.ts';

const FIRST = 64;

export class Pile {
  readonly owner: string;
  count = 0;
  /** UTF-16 code units, with a line end after each message. */
  size = 0;
  times = new BigInt64Array(FIRST);
  seqs = new Float64Array(FIRST);
  orders = new Float64Array(FIRST);
  lines = new Uint32Array(FIRST);
  streams = new Uint32Array(FIRST);
  levels = new Uint8Array(FIRST);
  flags = new Uint8Array(FIRST);
  readonly texts: string[] = [];
  readonly scattered: Record<number, number[]> = {};
  readonly sources: LineSource[] = [];
  /** Whether messages came in order of time. */
  sorted = true;
  readonly #streams = new Map<LineSource, number>();
  #levels = 0;
  #from = 0n;
  #to = 0n;

  constructor(owner: string) {
    this.owner = owner;
  }

  add({ source, seq, lines, seqs, time, level, flags, text, order }: Message): void {
    const at = this.count;
    if (at === this.times.length) this.#grow();
    this.times[at] = time;
    this.seqs[at] = seq;
    this.orders[at] = order;
    this.lines[at] = lines;
    this.streams[at] = this.#streamOf(source);
    this.levels[at] = level;
    this.flags[at] = flags;
    if (seqs) this.scattered[at] = seqs;
    this.texts.push(text);
    if (at === 0) {
      this.#from = time;
      this.#to = time;
    } else if (time >= this.#to) this.#to = time;
    else {
      this.sorted = false;
      if (time < this.#from) this.#from = time;
    }
    this.#levels |= 1 << level;
    this.size += text.length + 1;
    this.count = at + 1;
  }

  /** As it is now. */
  facts(): BlockFacts {
    const orders: [number, number] = [this.orders[0] as number, this.orders[this.count - 1] as number];
    const { owner, sources } = this;
    return { owner, sources: [...sources], from: this.#from, to: this.#to, orders, levels: this.#levels };
  }

  /** The first `count` messages, in order of arrival. */
  *messages(count: number): Generator<Message> {
    for (let index = 0; index < count; index += 1)
      yield {
        source: this.sources[this.streams[index] as number] as LineSource,
        seq: this.seqs[index] as number,
        lines: this.lines[index] as number,
        seqs: this.scattered[index],
        time: this.times[index] as bigint,
        level: this.levels[index] as number,
        flags: this.flags[index] as number,
        text: this.texts[index] as string,
        order: this.orders[index] as number,
      };
  }

  /** The indices of all messages in order of time; of equal times in order of arrival. */
  inOrder(): Uint32Array {
    const order = Uint32Array.from({ length: this.count }, (_, index) => index);
    const { times } = this;
    if (this.sorted) return order;
    return order.sort((a, b) => {
      const [first, second] = [times[a] as bigint, times[b] as bigint];
      return first < second ? -1 : first > second ? 1 : a - b;
    });
  }

  #streamOf(source: LineSource): number {
    let stream = this.#streams.get(source);
    if (stream === undefined) {
      stream = this.sources.push(source) - 1;
      this.#streams.set(source, stream);
    }
    return stream;
  }

  #grow(): void {
    this.times = larger(this.times, new BigInt64Array(2 * this.count));
    this.seqs = larger(this.seqs, new Float64Array(2 * this.count));
    this.orders = larger(this.orders, new Float64Array(2 * this.count));
    this.lines = larger(this.lines, new Uint32Array(2 * this.count));
    this.streams = larger(this.streams, new Uint32Array(2 * this.count));
    this.levels = larger(this.levels, new Uint8Array(2 * this.count));
    this.flags = larger(this.flags, new Uint8Array(2 * this.count));
  }
}

function larger<Column extends { set(from: Column): void }>(column: Column, into: Column): Column {
  into.set(column);
  return into;
}
