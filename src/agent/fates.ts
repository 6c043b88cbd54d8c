/** What became of steps, on disk: an agent that was killed knows what it had begun, and what it had done. */
import { closeSync, fsync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** How many are kept of those that ended. */
export const KEEP = 500;
/** The ends of the files' names. */
const BEGUN = '.json';
const ENDED = '.ended';
const sync = promisify(fsync);

const Outcome = z.union([
  z.strictObject({ result: z.unknown() }),
  z.strictObject({
    error: z.looseObject({ code: z.string(), summary: z.string(), hint: z.string() }),
  }),
]);
/** How a step ended: its result, or its error as plain data. */
export type Outcome = z.output<typeof Outcome>;

const Fate = z.strictObject({
  name: z.string(),
  /** What its processes are marked with. */
  mark: z.string(),
  begun: z.string(),
});
/** A step that was begun. */
export type Fate = z.output<typeof Fate>;
const Ended = Fate.extend({ outcome: Outcome });

export class Fates {
  readonly #folder: string;

  /** `folder` holds a file for each step, named for it, and one beside it for how it ended. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Every step that was begun and is remembered, oldest first, with how it ended. What cannot be read was never whole: it was
   * not begun, or did not end, and goes. Of those that ended only the newest are kept. Asked for before any is begun.
   */
  async all(): Promise<(Fate & { outcome?: Outcome })[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#folder);
    const read = async (end: string, shape: typeof Fate | typeof Ended) =>
      Promise.all(names.filter((name) => name.endsWith(end)).map((name) => this.#read(name, shape)));
    const fates = new Map<string, Fate & { outcome?: Outcome }>();
    for (const fate of [...(await read(BEGUN, Fate)), ...(await read(ENDED, Ended))])
      if (fate) fates.set(fate.name, fate);
    const all = [...fates.values()].sort((a, b) => a.begun.localeCompare(b.begun));
    const ended = all.filter(({ outcome }) => outcome !== undefined);
    const old = new Set(ended.slice(0, Math.max(0, ended.length - KEEP)));
    for (const { name } of old)
      for (const end of [BEGUN, ENDED]) await rm(this.#file(name + end), { force: true });
    return all.filter((fate) => !old.has(fate));
  }

  /**
   * Notes that a step begins: an agent that comes after this one knows. `lasting` has it on disk when this returns, so that it
   * is known after a power failure, too; so little is written that to wait is quicker than to be called back.
   */
  begin(fate: Fate, { lasting }: { lasting: boolean }): void {
    let handle: number;
    rmSync(this.#file(fate.name + ENDED), { force: true });
    try {
      handle = openSync(this.#file(fate.name + BEGUN), 'wx', 0o600);
    } catch (error) {
      // It was noted, and begins again.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
      throw error;
    }
    try {
      writeSync(handle, JSON.stringify(fate));
      if (lasting) fsyncSync(handle);
    } catch (error) {
      rmSync(this.#file(fate.name + BEGUN), { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
  }

  /**
   * Notes how a step ended: at once for an agent that comes after this one, and on disk when it resolves. Where the power
   * fails before, it had not ended yet.
   */
  async end(fate: Fate, outcome: Outcome): Promise<void> {
    const handle = openSync(this.#file(fate.name + ENDED), 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify({ ...fate, outcome }));
      await sync(handle);
    } finally {
      closeSync(handle);
    }
  }

  async #read<T>(name: string, shape: z.ZodType<T>): Promise<T | undefined> {
    const file = this.#file(name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      return shape.parse(JSON.parse(text));
    } catch {
      await rm(file, { force: true });
      return undefined;
    }
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}
