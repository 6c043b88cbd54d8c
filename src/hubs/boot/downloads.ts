/** Who may fetch at a time: those who have least come first, and who reads too slowly makes room for those who wait. */
import { MusterError } from '../../errors.ts';

/** How many may wait: who is turned away asks again. */
const MOST_WAITING = 512;
/** What a client has to read while others wait, bytes a second: as often as it has downloads, up to so many times. */
const FLOOR = { perSecond: 64 * 1_024, times: 16 };
/** How long one waits, how often it is looked how fast they read, over how long, and how long one may read nothing at all, ms. */
const PATIENCE = { waiting: 60_000, look: 1_000, window: 5_000, stuck: 60_000 };
export type DownloadPatience = typeof PATIENCE;

/** One that is being fetched. */
export interface Download {
  /** Says that so many bytes more were taken. */
  took(bytes: number): void;
  leave(): void;
}

interface Going {
  address: string;
  /** When it took something last, ms. */
  last: number;
  bytes: number;
  /** From when on, and from which byte on, its pace is taken. */
  window: { at: number; bytes: number };
  drop(): void;
}

interface Waiting {
  address: string;
  enter(): void;
  refuse(): void;
}

export class Downloads {
  readonly #most: () => number;
  readonly #patience: DownloadPatience;
  readonly #going = new Set<Going>();
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  readonly #timer: NodeJS.Timeout;

  /** `most` says how many may be fetched at once. */
  constructor(most: () => number, patience: Partial<DownloadPatience> = {}) {
    this.#most = most;
    this.#patience = { ...PATIENCE, ...patience };
    this.#timer = setInterval(() => this.#look(), this.#patience.look);
  }

  /** How many are being fetched, and how many wait. */
  get count(): { going: number; waiting: number } {
    return { going: this.#going.size, waiting: this.#waiting.size };
  }

  /** Waits for a turn; rejects with `boot.busy` where there is none in time. `drop` hangs up on it; `gone` aborts once it hung up itself. */
  enter(address: string, drop: () => void, gone: AbortSignal): Promise<Download> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size >= MOST_WAITING) this.#crowded(address)?.refuse();
      if (this.#waiting.size >= MOST_WAITING || gone.aborted) return reject(new MusterError('boot.busy'));
      const end = () => {
        clearTimeout(late);
        gone.removeEventListener('abort', refuse);
        this.#waiting.delete(one);
      };
      const refuse = () => {
        end();
        reject(new MusterError('boot.busy'));
      };
      const one: Waiting = {
        address,
        refuse,
        enter: () => {
          end();
          resolve(this.#begin(address, drop));
        },
      };
      const late = setTimeout(refuse, this.#patience.waiting);
      gone.addEventListener('abort', refuse);
      this.#waiting.add(one);
      this.#next();
    });
  }

  /** Turns everybody away who waits. */
  close(): void {
    clearInterval(this.#timer);
    for (const one of this.#waiting) one.refuse();
  }

  #begin(address: string, drop: () => void): Download {
    const now = performance.now();
    const going: Going = { address, last: now, bytes: 0, window: { at: now, bytes: 0 }, drop };
    this.#going.add(going);
    return {
      took(bytes) {
        going.bytes += bytes;
        going.last = performance.now();
      },
      leave: () => {
        if (this.#going.delete(going)) this.#next();
      },
    };
  }

  /** Lets in whoever has the fewest, and of those who came first. */
  #next(): void {
    while (this.#waiting.size > 0 && this.#going.size < this.#most()) {
      const held = this.#held();
      let next: Waiting | undefined;
      for (const one of this.#waiting)
        if (!next || (held.get(one.address) ?? 0) < (held.get(next.address) ?? 0)) next = one;
      next?.enter();
    }
  }

  /** The last one of whoever waits most often; undefined where that is nobody but the one who comes. */
  #crowded(address: string): Waiting | undefined {
    const counts = countsOf(this.#waiting);
    let most = counts.get(address) ?? 0;
    let last: Waiting | undefined;
    for (const one of this.#waiting) {
      const count = counts.get(one.address) ?? 0;
      // As many as the newcomer would have are no more than its share.
      if (count > most + 1 || (last && count === most)) {
        most = count;
        last = one;
      }
    }
    return last;
  }

  /** How many downloads each address has. */
  #held(): Map<string, number> {
    return countsOf(this.#going);
  }

  #look(): void {
    const now = performance.now();
    const { window, stuck } = this.#patience;
    const held = this.#held();
    const slow: { one: Going; share: number }[] = [];
    for (const one of this.#going) {
      if (now - one.last >= stuck) one.drop();
      const past = now - one.window.at;
      if (past < window) continue;
      const floor = FLOOR.perSecond * Math.min(FLOOR.times, held.get(one.address) ?? 1);
      const share = (one.bytes - one.window.bytes) / (past / 1_000) / floor;
      if (share < 1) slow.push({ one, share });
      one.window = { at: now, bytes: one.bytes };
    }
    slow.sort((a, b) => a.share - b.share);
    // No more than there are waiting: who is alone may be as slow as its line.
    for (const { one } of slow.slice(0, this.#waiting.size)) one.drop();
    this.#next();
  }
}

/** How many each address has of them. */
function countsOf(all: Iterable<{ address: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { address } of all) counts.set(address, (counts.get(address) ?? 0) + 1);
  return counts;
}
