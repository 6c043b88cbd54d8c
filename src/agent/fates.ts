/** What became of steps, on disk: an agent that was killed knows what it had begun, and what it had done. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** How many are kept of those that ended. */
export const KEEP = 500;

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
  outcome: Outcome.optional(),
});
/** A step that was begun. */
export type Fate = z.output<typeof Fate>;

export class Fates {
  readonly #folder: string;

  /** `folder` holds a file for each step, named for it. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every step that was begun and is remembered, oldest first. What cannot be read was never whole: it was not begun. */
  async all(): Promise<Fate[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'));
    const fates = await Promise.all(names.map((name) => this.#read(join(this.#folder, name))));
    return fates
      .filter((fate): fate is Fate => fate !== undefined)
      .sort((a, b) => a.begun.localeCompare(b.begun));
  }

  /** Keeps a fate; it is on disk when this returns. So little is written that to wait for it is quicker than to be called back. */
  keep(fate: Fate): void {
    const file = this.#file(fate.name);
    const fresh = `${file}.${randomBytes(6).toString('hex')}`;
    const handle = openSync(fresh, 'w', 0o600);
    try {
      writeSync(handle, JSON.stringify(fate));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(fresh, file);
  }

  /** Forgets the oldest of those that ended, and what was half written. */
  async prune(): Promise<void> {
    const ended = (await this.all()).filter(({ outcome }) => outcome !== undefined);
    const old = ended.slice(0, Math.max(0, ended.length - KEEP));
    await Promise.all(old.map(({ name }) => rm(this.#file(name), { force: true })));
    for (const name of await readdir(this.#folder)) {
      const file = join(this.#folder, name);
      const age = Date.now() - (await stat(file).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
      if (!name.endsWith('.json') && age > 60_000) await rm(file, { force: true });
    }
  }

  async #read(file: string): Promise<Fate | undefined> {
    try {
      return Fate.parse(JSON.parse(await readFile(file, 'utf8')));
    } catch {
      return undefined;
    }
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
