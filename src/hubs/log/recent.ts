/** The newest messages in order of arrival, which live readers follow; who falls behind reads the rest out of the store. */
import type { Message } from './message.ts';

const MOST = 4_096;
/** UTF-16 code units. */
const MOST_TEXT = 8 * 1024 * 1024;

/** A place in the order of arrival: the next message is that of this number or later. */
export interface Position {
  number: number;
  order: number;
}

/** A message and the number of its write-ahead file. */
export interface Numbered {
  number: number;
  message: Message;
}

export class Recent {
  readonly #messages: Numbered[] = [];
  #text = 0;
  #followers = 0;
  #wake = new Set<() => void>();
  /** Before it nothing is here, where there is anything. */
  #from: Position;
  #to: Position;

  constructor(start: Position) {
    this.#from = start;
    this.#to = start;
  }

  /** After the newest message. */
  get end(): Position {
    return this.#to;
  }

  /** Somebody follows from now on, until what is given back is called. Nothing is held for nobody. */
  follow(): () => void {
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
      if (this.#followers > 0) return;
      this.#messages.length = 0;
      this.#text = 0;
    };
  }

  push(number: number, message: Message): void {
    if (this.#followers > 0) {
      if (this.#messages.length === 0) this.#from = this.#to;
      this.#messages.push({ number, message });
      this.#text += message.text.length;
    }
    this.#to = { number, order: message.order + 1 };
    // In large steps, as the rest moves up each time.
    if (this.#messages.length >= 2 * MOST || this.#text > 2 * MOST_TEXT) this.#trim();
  }

  /** Another write-ahead file has begun. */
  turn(number: number): void {
    this.#to = { number, order: 0 };
  }

  /** Whoever waits for news has some. */
  wake(): void {
    const waiting = this.#wake;
    this.#wake = new Set();
    for (const wake of waiting) wake();
  }

  /** Until there is news, or a signal says that nobody wants any. */
  async news(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let wake = (): void => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.#wake.add(resolve);
      signal.addEventListener('abort', wake, { once: true });
    });
    signal.removeEventListener('abort', wake);
    this.#wake.delete(wake);
  }

  /** What came since a place; undefined where not all of it is here any more. */
  since(place: Position): Numbered[] | undefined {
    if (isBefore(place, this.#messages.length === 0 ? this.#to : this.#from)) return undefined;
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { number, message } = this.#messages[middle] as Numbered;
      if (isBefore({ number, order: message.order }, place)) low = middle + 1;
      else high = middle;
    }
    return this.#messages.slice(low);
  }

  #trim(): void {
    let count = this.#messages.length - MOST;
    for (
      let text = this.#text, index = 0;
      text > MOST_TEXT && index < this.#messages.length - 1;
      index += 1
    ) {
      text -= this.#messages[index]?.message.text.length ?? 0;
      count = Math.max(count, index + 1);
    }
    for (const { number, message } of this.#messages.splice(0, count)) {
      this.#text -= message.text.length;
      this.#from = { number, order: message.order + 1 };
    }
  }
}

const isBefore = (a: Position, b: Position): boolean =>
  a.number < b.number || (a.number === b.number && a.order < b.order);

/** A place as text. */
export const placeOf = ({ number, order }: Position): string => `${number}.${order}`;

/** Out of `placeOf`'s text; what is none is the beginning. */
export function positionOf(place: string): Position {
  const [number, order] = place.split('.').map(Number);
  return { number: number || 0, order: order || 0 };
}
