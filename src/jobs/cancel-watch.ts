/** Which runs were asked to stop, seen by this process: asked of Redis four times a second while steps run, never more often. */
import type { Runs } from './runs.ts';

const LOOK_MS = 250;

export class CancelWatch {
  readonly #runs: Pick<Runs, 'cancelling'>;
  readonly #watchers = new Map<object, { run: string; onCancel: () => void }>();
  #at = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(runs: Pick<Runs, 'cancelling'>) {
    this.#runs = runs;
  }

  /** Calls back when the run is asked to stop, until the returned function is called. */
  watch(run: string, onCancel: () => void): () => void {
    const watcher = { run, onCancel };
    this.#watchers.set(watcher, watcher);
    if (performance.now() - this.#at > LOOK_MS) void this.#look().catch(() => {});
    this.#timer ??= setInterval(() => void this.#look().catch(() => {}), LOOK_MS);
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #look(): Promise<void> {
    this.#looking ??= this.#ask().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #ask(): Promise<void> {
    const cancelling = await this.#runs.cancelling();
    this.#at = performance.now();
    for (const { run, onCancel } of this.#watchers.values()) if (cancelling.has(run)) onCancel();
  }
}
