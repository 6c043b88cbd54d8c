/** What one may ask, so that none of them keeps the others waiting. */
import { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';

const MIB = 1024 * 1024;
/** Requests at once, a second in the long run, and at a time; and how much their bodies may hold together, bytes. */
const CONTAINER = { atOnce: 8, perSecond: 50, burst: 200, held: 8 * MIB };
const MANAGER = { atOnce: 256, perSecond: 1_000, burst: 2_000, held: 64 * MIB };
/** What all bodies together may hold while they are read and dealt with, bytes. */
const MOST_HELD = 64 * MIB;
/** How many callers are remembered at most. */
const MOST_KNOWN = 20_000;

/** One request that was let in. */
export interface Inside {
  /** Reserves room for a body, until as much is given back; throws `hub.busy`. */
  hold(bytes: number): void;
  release(bytes: number): void;
  leave(): void;
}

export class Limits {
  readonly #known = new Map<string, { allowance: Allowance; inside: number; held: number }>();
  #held = 0;

  /** Lets one in until it leaves; throws `hub.busy`. */
  enter(name: string, kind: 'container' | 'manager'): Inside {
    const limit = kind === 'manager' ? MANAGER : CONTAINER;
    let one = this.#known.get(name);
    if (!one) {
      this.#forget();
      one = { allowance: new Allowance(limit.perSecond, limit.burst), inside: 0, held: 0 };
      this.#known.set(name, one);
    }
    if (one.inside >= limit.atOnce || !one.allowance.take())
      throw new MusterError('hub.busy', { reason: 'caller' });
    const known = one;
    known.inside += 1;
    return {
      hold: (bytes) => {
        const full = known.held + bytes > limit.held ? 'caller' : this.#held + bytes > MOST_HELD && 'all';
        if (full) throw new MusterError('hub.busy', { reason: full });
        known.held += bytes;
        this.#held += bytes;
      },
      release: (bytes) => {
        known.held -= bytes;
        this.#held -= bytes;
      },
      leave() {
        known.inside -= 1;
      },
    };
  }

  /** Makes room where too many are known: whoever asks nothing now is forgotten, the longest known first. */
  #forget(): void {
    for (const [name, { inside }] of this.#known) {
      if (this.#known.size < MOST_KNOWN) return;
      if (inside === 0) this.#known.delete(name);
    }
  }
}
