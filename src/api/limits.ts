/** How much may be asked at a time, so that no token keeps the others waiting. */
import { MusterError } from '../errors.ts';

/** Answers that are being given at a time: to one token and to all, and how many of them may be tails. */
const MOST = { requests: { each: 16, all: 32 }, tails: { each: 16, all: 64 } };
/** Answers that are gathered at a time before they are given: the log hub holds tens of megabytes for each. */
const MOST_GATHERED = 4;

export class Limits {
  readonly #inside = { requests: new Map<string, number>(), tails: new Map<string, number>() };

  #gathered = 0;
  readonly #waiting: (() => void)[] = [];

  /** Waits for its turn to gather an answer, and gives what ends that turn. */
  async turn(): Promise<() => void> {
    if (this.#gathered < MOST_GATHERED) this.#gathered += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return () => {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#gathered -= 1;
    };
  }

  /** Lets one in, and gives what lets it out again; throws `api.busy`. */
  enter(token: string, of: keyof typeof MOST): () => void {
    const inside = this.#inside[of];
    const [own, all] = [inside.get(token) ?? 0, [...inside.values()].reduce((sum, one) => sum + one, 0)];
    if (own >= MOST[of].each || all >= MOST[of].all) throw new MusterError('api.busy', { of });
    inside.set(token, own + 1);
    return () => {
      const left = (inside.get(token) ?? 1) - 1;
      if (left > 0) inside.set(token, left);
      else inside.delete(token);
    };
  }
}
