/**
 * What Muster knows of a file on its host, in `<root>/files`: `<sum of the path>.json` is how it left the file, `….before.json` what
 * was there before the run that changed it last.
 */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { type HostFile, type HostFiles, sumOf } from '../../adapters/host-files/host-files.ts';

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
  readonly #files: HostFiles;
  readonly #folder: string;

  constructor(files: HostFiles, root: string) {
    this.#files = files;
    this.#folder = join(root, 'files');
  }

  /** How Muster left a file, and what was there before a run changed it; undefined where it did neither. */
  async of(path: string, run: string): Promise<{ left?: Left; before?: Before }> {
    const [left, before] = await this.#files.kept(this.#file(path), this.#file(path, '.before'));
    const known = before === undefined ? undefined : Before.parse(JSON.parse(before));
    return {
      ...(left !== undefined && { left: Left.parse(JSON.parse(left)) }),
      ...(known?.run === run && { before: known }),
    };
  }

  /** Notes how a file was left; undefined forgets it. */
  async leave(path: string, left: Left | undefined): Promise<void> {
    if (left) await this.#files.keep(this.#file(path), JSON.stringify(left));
    else await this.#files.forget(this.#file(path));
  }

  /** Keeps what is there, for a run that is about to change it. Rejects with `files.path`. */
  async keep(
    path: string,
    { run, next }: Pick<Before, 'run' | 'next'>,
    file: HostFile | undefined,
    left: Left | undefined,
  ): Promise<void> {
    const { bytes, mode, uid, gid } = file ?? {};
    const kept =
      bytes && mode && uid && gid ? { bytes: bytes.toString('base64'), mode, uid, gid } : undefined;
    const before: Before = { run, next, file: kept, left };
    await this.#files.keep(this.#file(path, '.before'), JSON.stringify(before));
  }

  /** Forgets what was there before. */
  async forget(path: string): Promise<void> {
    await this.#files.forget(this.#file(path, '.before'));
  }

  #file = (path: string, kind = ''): string => join(this.#folder, `${sumOf(path).slice(0, 32)}${kind}.json`);
}
