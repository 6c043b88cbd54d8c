/** The block of a user as it was before a run changed it: `<root>/keys/<user>.json` on the host. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { Disk } from '../../disk.ts';
import type { Shell } from '../../shell.ts';

const Kept = z.object({ run: z.string(), block: z.string().optional() });

export class Before {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #file: string;

  constructor(shell: Shell, root: string, user: string) {
    this.#disk = new Disk(shell);
    this.#folder = join(root, 'keys');
    this.#file = join(this.#folder, `${user}.json`);
  }

  /** Keeps the block for a run, unless that has kept one: what is there at a second start may be its own. Gives what is kept; rejects with `host.denied`. */
  async keep(run: string, block: string | undefined): Promise<{ block?: string }> {
    const kept = await this.of(run);
    if (kept) return kept;
    try {
      await this.#disk.run(['mkdir', '--parents', '--mode=700', '--', this.#folder]);
      await this.#disk.write(this.#file, JSON.stringify({ run, block }));
      return { block };
    } catch (error) {
      throw this.#disk.denied(this.#folder, error);
    }
  }

  /** What a run kept; undefined where it kept nothing. */
  async of(run: string): Promise<{ block?: string } | undefined> {
    const text = await this.#disk.read(this.#file);
    if (text === undefined) return undefined;
    const kept = Kept.parse(JSON.parse(text));
    return kept.run === run ? { block: kept.block } : undefined;
  }
}
