/**
 * What Muster knows of a file on its host, in `<root>/files`: `<sum of the path>.json` is how it left the file, `….before.json` what
 * was there before the run that changed it last.
 */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { type HostFile, sumOf } from '../../adapters/host-files/host-files.ts';
import { MAX_FILE } from '../../adapters/host-files/scripts.ts';
import { Disk } from '../../disk.ts';
import type { Shell } from '../../shell.ts';

/** How Muster left a file. */
export const Left = z.object({
  path: z.string(),
  /** SHA-256 of its bytes. */
  sum: z.string(),
  /** Its text with masks instead of secrets. */
  masked: z.string(),
});
export type Left = z.output<typeof Left>;

const Before = z.object({
  run: z.string(),
  /** SHA-256 of what the run writes: it may be there although nothing was noted of it yet. */
  next: z.string(),
  /** The file; absent where there was none. */
  file: z.object({ bytes: z.base64(), mode: z.string(), uid: z.string(), gid: z.string() }).optional(),
  left: Left.optional(),
});
export type Before = z.output<typeof Before>;

export class Records {
  readonly #shell: Shell;
  readonly #disk: Disk;
  readonly #folder: string;

  constructor(shell: Shell, root: string) {
    this.#shell = shell;
    this.#disk = new Disk(shell);
    this.#folder = join(root, 'files');
  }

  /** How Muster left a file; undefined where it never wrote it. */
  async left(path: string): Promise<Left | undefined> {
    const text = await this.#read(this.#file(path));
    return text === undefined ? undefined : Left.parse(JSON.parse(text));
  }

  /** Notes how a file was left; undefined forgets it. */
  async leave(path: string, left: Left | undefined): Promise<void> {
    if (left) await this.#disk.write(this.#file(path), JSON.stringify(left));
    else await this.#disk.run(['rm', '--force', '--', this.#file(path)]);
  }

  /** What was there before a run changed it; undefined where it changed nothing. */
  async before(path: string, run: string): Promise<Before | undefined> {
    const text = await this.#read(this.#file(path, '.before'));
    if (text === undefined) return undefined;
    const before = Before.parse(JSON.parse(text));
    return before.run === run ? before : undefined;
  }

  /** Keeps what is there, for a run that is about to change it. Rejects with `host.denied`. */
  async keep(
    path: string,
    { run, next }: Pick<Before, 'run' | 'next'>,
    file: HostFile | undefined,
    left: Left | undefined,
  ): Promise<void> {
    const { bytes, mode, uid, gid } = file ?? {};
    const kept =
      bytes && mode && uid && gid ? { bytes: bytes.toString('base64'), mode, uid, gid } : undefined;
    try {
      await this.#disk.run(['mkdir', '--parents', '--mode=700', '--', this.#folder]);
      await this.#disk.write(
        this.#file(path, '.before'),
        JSON.stringify({ run, next, file: kept, left } satisfies Before),
      );
    } catch (error) {
      throw this.#disk.denied(this.#folder, error);
    }
  }

  /** Forgets what was there before. */
  async forget(path: string): Promise<void> {
    await this.#disk.run(['rm', '--force', '--', this.#file(path, '.before')]);
  }

  /** A record holds a whole file, which is longer in base64. */
  async #read(path: string): Promise<string | undefined> {
    const options = { accept: [0, 1], env: { LC_ALL: 'C' }, keep: 4 * MAX_FILE };
    const { code, stdout } = await this.#shell.run(['cat', '--', path], options);
    return code === 0 ? stdout : undefined;
  }

  #file = (path: string, kind = ''): string => join(this.#folder, `${sumOf(path).slice(0, 32)}${kind}.json`);
}
