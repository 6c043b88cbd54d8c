/** What a guardian keeps on disk: the firewall that was last kept, the one before it, and one that still has to be. Each is whole or not there. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { Firewall } from '../../firewall/firewall.ts';

/** A firewall that was kept; `rules` is null where there was none of Muster's. */
export const Good = z.strictObject({ id: z.string(), at: z.string(), rules: Firewall.nullable() });
export type Good = z.output<typeof Good>;

/** A firewall in force that nobody has kept yet. */
export const Pending = z.strictObject({
  id: z.string(),
  /** Who asked for it. */
  by: z.string(),
  rules: Firewall,
  /** When it is taken back, ms since the epoch. */
  until: z.number(),
});
export type Pending = z.output<typeof Pending>;

export class Shelf {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The last one that was kept and can be read; undefined where there never was one. `lost` where none can be read. */
  async good(): Promise<Good | 'lost' | undefined> {
    let lost = false;
    for (const name of ['good', 'before']) {
      const found = await this.#read(name, Good);
      if (found === 'lost') lost = true;
      else if (found) return found;
    }
    return lost ? 'lost' : undefined;
  }

  /** One that waits to be kept; `lost` where it cannot be read: there was one. */
  pending(): Promise<Pending | 'lost' | undefined> {
    return this.#read('pending', Pending);
  }

  /** On disk when it resolves. */
  keepPending(pending: Pending): Promise<void> {
    return this.#write('pending', pending);
  }

  /** Makes one the last good one; what was that is the one before. */
  async keepGood(good: Good): Promise<void> {
    await rename(this.#file('good'), this.#file('before')).catch(ifThere);
    await this.#write('good', good);
    await this.dropPending();
  }

  async dropPending(): Promise<void> {
    await rm(this.#file('pending'), { force: true });
    await this.#sync();
  }

  async #read<T>(name: string, shape: z.ZodType<T>): Promise<T | 'lost' | undefined> {
    try {
      return shape.parse(JSON.parse(await readFile(this.#file(name), 'utf8')));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'lost';
    }
  }

  /** Rejects with `host.diskfull` where there is no room: then nothing of it is left. */
  async #write(name: string, value: object): Promise<void> {
    const fresh = `${this.#file(name)}.${randomBytes(6).toString('hex')}`;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const handle = await open(fresh, 'w', 0o600);
      try {
        await handle.writeFile(JSON.stringify(value));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(fresh, this.#file(name));
    } catch (error) {
      await rm(fresh, { force: true });
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      throw new MusterError('host.diskfull', { host: hostname() }, { cause: error });
    }
    await this.#sync();
  }

  /** Names are on disk once their folder is. */
  async #sync(): Promise<void> {
    const handle = await open(this.#folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

const ifThere = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};
