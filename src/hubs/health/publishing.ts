/** Tells how things are to whoever takes it: of each the last only, and of some at once. */
import type { Log } from '../../log.ts';
import type { Standing } from './standing.ts';

/** Of how many things it is told at once to whoever takes it. */
const TOLD_AT_ONCE = 50;

export interface PublishingParts {
  /** Takes how something is now; undefined where it is not there any more. */
  publish(subject: string, standing: Standing | undefined): Promise<void>;
  /** Told of what could not be told. */
  failed(subject: string): void;
  log: Log;
}

export class Publishing {
  readonly #parts: PublishingParts;
  /** What is to be told of each, the last of it only. */
  readonly #untold = new Map<string, Standing | undefined>();
  #isTelling = false;
  #telling: Promise<void> = Promise.resolve();

  constructor(parts: PublishingParts) {
    this.#parts = parts;
  }

  put(subject: string, standing: Standing | undefined): void {
    this.#untold.set(subject, standing);
    if (!this.#isTelling) this.#telling = this.#tellAll();
  }

  /** Resolves once all that was put in so far is told. */
  told(): Promise<void> {
    return this.#telling;
  }

  /** One after the other, thousands would wait long; all at once, they would take much room. */
  async #tellAll(): Promise<void> {
    this.#isTelling = true;
    while (this.#untold.size > 0) {
      const some: Promise<void>[] = [];
      for (const [subject, standing] of this.#untold) {
        this.#untold.delete(subject);
        some.push(this.#tell(subject, standing));
        if (some.length === TOLD_AT_ONCE) break;
      }
      await Promise.all(some);
    }
    this.#isTelling = false;
  }

  async #tell(subject: string, standing: Standing | undefined): Promise<void> {
    const { publish, failed, log } = this.#parts;
    try {
      await publish(subject, standing);
    } catch (err) {
      log.warn({ err, subject }, 'how something is could not be told');
      failed(subject);
    }
  }
}
