/** Files of images on a host: blobs by their content, and what is written of them. Each is there as a whole or not at all. */
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path/posix';
import { Readable } from 'node:stream';
import { MusterError } from '../../errors.ts';
import type { Output, RunOptions, Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import {
  contentArgv,
  listArgv,
  pieceArgv,
  readArgv,
  removeArgv,
  removeOlderArgv,
  stageArgv,
  takeArgv,
  touchArgv,
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
  const inParts = async (paths: readonly string[], argvOf: (some: readonly string[]) => string[]) => {
    for (let at = 0; at < paths.length; at += AT_ONCE)
      await run(argvOf(paths.slice(at, at + AT_ONCE)), { accept: [0, 1] });
  };
  return {
    /** SHA-256 (hexadecimal) and size (bytes) of a file; undefined where it is not there. */
    async content(
      path: string,
      signal?: AbortSignal,
    ): Promise<{ sha256: string; bytes: number } | undefined> {
      const [size, sum = ''] = (await tried(contentArgv(path), { signal }))?.split('\n') ?? [];
      return size === undefined ? undefined : { sha256: sum.slice(0, 64), bytes: Number(size) };
    },
    /** Has a file count as put there just now, if it is there, for whoever removes what is old. */
    async renew(path: string): Promise<void> {
      await run(touchArgv(path));
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
        await run(stageArgv(next), { stdin: content, signal });
        return next;
      } catch (error) {
        if (content instanceof Readable) content.destroy();
        await run(removeArgv([next])).catch(() => {});
        throw error;
      }
    },
    /** Gives what was staged its name, and has the disk keep that. */
    async take(next: string, path: string): Promise<void> {
      await run(takeArgv(next, path));
    },
    /** The bytes of a file as they are asked for, a piece at a time. */
    pieces: (path: string, bytes: number, onPiece: (share: number) => void, signal?: AbortSignal): Readable =>
      Readable.from(
        (async function* () {
          for (let from = 0; from < bytes; from += PIECE_BYTES) {
            const { stdout } = await run(pieceArgv(path, from, PIECE_BYTES), {
              signal,
              keep: 2 * PIECE_BYTES,
            });
            yield Buffer.from(stdout, 'base64');
            onPiece(Math.min(1, (from + PIECE_BYTES) / bytes));
          }
        })(),
        { objectMode: false, highWaterMark: PIECE_BYTES },
      ),
    /** Names of the files in a folder by a pattern of find(1), which were put there before so many minutes. */
    async list(folder: string, pattern: string, minutes = 0): Promise<string[]> {
      const text = await tried(listArgv(folder, pattern, minutes), { keep: MOST_TEXT });
      return text?.split('\0').filter(Boolean) ?? [];
    },
    /** Everything that is written below these folders, in `.json`; those that are not there are passed over. Rejects where not all of it can be read. */
    async written(folders: readonly string[]): Promise<string> {
      const { stdout } = await run(writtenArgv(folders), { keep: MOST_TEXT });
      // Its beginning would be missing, and what is named there would go.
      if (Buffer.byteLength(stdout) >= MOST_TEXT)
        throw new MusterError('internal', { message: folders.join(' ') });
      return stdout;
    },
    remove: (paths: readonly string[]): Promise<void> => inParts(paths, removeArgv),
    /** Removes files that are still as old as that. */
    removeOlder: (paths: readonly string[], minutes: number): Promise<void> =>
      inParts(paths, (some) => removeOlderArgv(some, minutes)),
  };
}
