/** What one may ask, so that none of them keeps the others waiting. */
import { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';

/** Requests at once, a second in the long run, and at a time. */
const CONTAINER = { atOnce: 8, perSecond: 50, burst: 200 };
const MANAGER = { atOnce: 256, perSecond: 1_000, burst: 2_000 };
/** What all bodies together may hold while they are read and dealt with, bytes. */
const MOST_HELD = 64 * 1024 * 1024;
/** How many callers are remembered at most. */
const MOST_KNOWN = 20_000;

export class Limits {
  readonly #known = new Map<string, { allowance: Allowance; inside: number }>();
  #held = 0;

  /** Lets one in until the returned function is called; throws `hub.busy`. */
  enter(name: string, kind: 'container' | 'manager'): () => void {
    const limit = kind === 'manager' ? MANAGER : CONTAINER;
    let one = this.#known.get(name);
    if (!one) {
      this.#forget();
      one = { allowance: new Allowance(limit.perSecond, limit.burst), inside: 0 };
      this.#known.set(name, one);
    }
    if (one.inside >= limit.atOnce || !one.allowance.take())
      throw new MusterError('hub.busy', { reason: 'caller' });
    const inside = one;
    inside.inside += 1;
    return () => {
      inside.inside -= 1;
    };
  }

  /** Reserves room for a body, until as much is given back; throws `hub.busy`. */
  hold(bytes: number): void {
    if (this.#held + bytes > MOST_HELD) throw new MusterError('hub.busy', { reason: 'all' });
    this.#held += bytes;
  }

  release(bytes: number): void {
    this.#held -= bytes;
  }

  /** Makes room where too many are known: whoever asks nothing now is forgotten, the longest known first. */
  #forget(): void {
    for (const [name, { inside }] of this.#known) {
      if (this.#known.size < MOST_KNOWN) return;
      if (inside === 0) this.#known.delete(name);
    }
  }
}
