/** What is in the way of a platform: told when it comes and when it is over, and not each time it is noticed. */
import type { MusterError } from '../../errors.ts';

/** How long it takes until what is still noticed is told again, ms. */
const AGAIN_MS = 3_600_000;

export class Troubles {
  readonly #open = new Map<string, { code: string; told: number }>();
  readonly #tell: (what: string, error: MusterError | undefined) => void;
  readonly #now: () => number;

  /** `tell` gets what is to be told; `now` is the time in ms. */
  constructor(tell: (what: string, error: MusterError | undefined) => void, now: () => number = Date.now) {
    this.#tell = tell;
    this.#now = now;
  }

  /** Notes that something is in the way, or, without an error, that it is not any more. */
  note(what: string, error?: MusterError): void {
    const open = this.#open.get(what);
    if (!error) {
      if (this.#open.delete(what)) this.#tell(what, undefined);
      return;
    }
    if (open?.code === error.code && this.#now() - open.told < AGAIN_MS) return;
    this.#open.set(what, { code: error.code, told: this.#now() });
    this.#tell(what, error);
  }
}
