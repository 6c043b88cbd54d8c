/** Files of images on a host: blobs by their content, and what is written of them. Each is there as a whole or not at all. */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path/posix';
import { Readable } from 'node:stream';
import { MusterError } from '../../errors.ts';
import type { Output, RunOptions, Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import {
  emptyArgv,
  filesArgv,
  fillArgv,
  folderArgv,
  keepArgv,
  moveArgv,
  olderArgv,
  pieceArgv,
  readArgv,
  removeArgv,
  removeOlderArgv,
  sizeArgv,
  sumArgv,
  writtenArgv,
} from './commands.ts';

/** The bytes of a file that travel at a time, between hosts whose shells speak text. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** The most that is read of what is written of images, bytes. */
const MOST_TEXT = 64 * 1024 * 1024;
/** Paths of one command line. */
const AT_ONCE = 200;

/** A file of unfinished content: found by its dot where somebody was killed over it. */
const unfinished = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);

export const imageLibrary = defineAdapter({
  name: 'library',
  about: 'The files of images',
  options: noOptions,
  open: ({ shell }) => files(shell),
});
export type ImageLibrary = ReturnType<(typeof imageLibrary)['open']>;

function files(shell: Shell) {
  const run = (argv: readonly string[], options: RunOptions = {}): Promise<Output> =>
    shell.run(argv, { ...options, env: { LC_ALL: 'C' } });
  const tried = async (argv: readonly string[], options: RunOptions = {}) => {
    const { code, stdout } = await run(argv, { ...options, accept: [0, 1] });
    return code === 0 ? stdout : undefined;
  };
  const names = (text: string | undefined) => text?.split('\0').filter(Boolean) ?? [];
  return {
    /** SHA-256 (hexadecimal) and size (bytes) of a file; undefined where it is not there. */
    async content(
      path: string,
      signal?: AbortSignal,
    ): Promise<{ sha256: string; bytes: number } | undefined> {
      const size = await tried(sizeArgv(path));
      if (size === undefined) return undefined;
      const { stdout } = await run(sumArgv(path), { signal });
      // A name with a backslash in it would come with one before the sum; ours have none.
      return { sha256: stdout.slice(0, 64), bytes: Number(size) };
    },
    /** A text; undefined where it is not there. */
    read: (path: string): Promise<string | undefined> => tried(readArgv(path), { keep: MOST_TEXT }),
    /**
     * Puts content where nobody sees it, for `take`; gives its path. Rejects with `host.diskfull` where there is no room, and what there
     * is of it by then is gone.
     */
    async stage(path: string, content: string | Buffer | Readable, signal?: AbortSignal): Promise<string> {
      const next = unfinished(path);
      try {
        await run(folderArgv(dirname(path)));
        await run(emptyArgv(next));
        const empty = typeof content === 'string' || Buffer.isBuffer(content) ? content.length === 0 : false;
        if (!empty) await run(fillArgv(next), { stdin: content, signal });
        return next;
      } catch (error) {
        if (content instanceof Readable) content.destroy();
        await this.remove([next]).catch(() => {});
        throw error;
      }
    },
    /** Gives what was staged its name, and has the disk keep that. */
    async take(next: string, path: string): Promise<void> {
      await run(moveArgv(next, path));
      await run(keepArgv(path));
    },
    /** The bytes of a file as they are asked for, a piece at a time. */
    pieces: (path: string, bytes: number, onPiece: (share: number) => void, signal?: AbortSignal): Readable =>
      Readable.from(
        (async function* () {
          for (let from = 0; from < bytes; from += PIECE_BYTES) {
            const argv = pieceArgv(path, from, PIECE_BYTES);
            const { stdout } = await run(argv, { signal, keep: 2 * PIECE_BYTES });
            yield Buffer.from(stdout, 'base64');
            onPiece(Math.min(1, (from + PIECE_BYTES) / bytes));
          }
        })(),
        { objectMode: false, highWaterMark: PIECE_BYTES },
      ),
    /** Names of the files in a folder by a pattern of find(1). */
    list: async (folder: string, pattern: string): Promise<string[]> =>
      names(await tried(filesArgv(folder, pattern), { keep: MOST_TEXT })),
    /** Names of the files in a folder that were put there before so many minutes. */
    older: async (folder: string, minutes: number): Promise<string[]> =>
      names(await tried(olderArgv(folder, minutes), { keep: MOST_TEXT })),
    /** Everything that is written below these folders, in `.json`; those that are not there are passed over. Rejects where not all of it can be read. */
    async written(folders: readonly string[]): Promise<string> {
      const there: string[] = [];
      for (const folder of folders)
        if ((await tried(['test', '-d', folder])) !== undefined) there.push(folder);
      if (there.length === 0) return '';
      const { stdout } = await run(writtenArgv(there), { keep: MOST_TEXT });
      // Its beginning would be missing, and what is named there would go.
      if (Buffer.byteLength(stdout) >= MOST_TEXT)
        throw new MusterError('internal', { message: there.join(' ') });
      return stdout;
    },
    async remove(paths: readonly string[]): Promise<void> {
      for (let at = 0; at < paths.length; at += AT_ONCE) await run(removeArgv(paths.slice(at, at + AT_ONCE)));
    },
    /** Removes files that are still as old as that. */
    async removeOlder(paths: readonly string[], minutes: number): Promise<void> {
      for (let at = 0; at < paths.length; at += AT_ONCE)
        await run(removeOlderArgv(paths.slice(at, at + AT_ONCE), minutes), { accept: [0, 1] });
    },
  };
}
