/** Files of a host that others write to: which there are, and pieces of them. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path/posix';
import { defineAdapter, noOptions } from '../adapter.ts';
import type { Print, Seen } from './place.ts';
import { listArgv, lookArgv, PRINT_BYTES, readArgv } from './scripts.ts';

/** A piece of a file as it was read. */
export interface Piece extends Omit<Seen, 'path'> {
  /** How the file begins. */
  head: Buffer;
  bytes: Buffer;
}

/** Output of one program that is kept, bytes. */
const KEEP = 32 * 1024 * 1024;

export const files = defineAdapter({
  name: 'files',
  about: 'Files that others write to',
  options: noOptions,
  open: ({ shell }) => {
    // Names that vanish between two programs are no error: they are looked at again.
    const run = async (argv: readonly string[], signal?: AbortSignal) =>
      (await shell.run(argv, { env: { LC_ALL: 'C' }, keep: KEEP, accept: [0, 1, 2, 123], signal })).stdout;
    return {
      /** The files that patterns name, in the patterns' order. */
      look: async (patterns: readonly string[], signal?: AbortSignal): Promise<Seen[]> =>
        patterns.length === 0 ? [] : seen(await run(lookArgv(patterns), signal)),
      /** The files beside one, itself as well. */
      beside: async (path: string, signal?: AbortSignal): Promise<Seen[]> =>
        seen(await run(listArgv(dirname(path)), signal)),
      /** Pieces of files; undefined of one that cannot be read, or that was cut off meanwhile. */
      async read(
        pieces: readonly { path: string; offset: number; limit: number }[],
        signal?: AbortSignal,
      ): Promise<(Piece | undefined)[]> {
        if (pieces.length === 0) return [];
        const lines = (await run(readArgv(pieces), signal)).split('\n');
        return pieces.map(({ limit }, at) => pieceOf(lines.slice(4 * at, 4 * at + 4), limit > 0));
      },
    };
  },
});

export type Files = ReturnType<typeof files.open>;

/** How a file begins, by at most so many of its first bytes. */
export const printOf = (head: Buffer, most = PRINT_BYTES): Print => {
  const bytes = Math.min(head.length, most);
  return {
    bytes,
    hash: createHash('sha256').update(head.subarray(0, bytes)).digest('base64url').slice(0, 22),
  };
};

/** Whether a file that begins so is the one that was seen to begin otherwise: it may have grown since. */
export const beginsAs = (head: Buffer, print: Print): boolean =>
  head.length >= print.bytes && printOf(head, print.bytes).hash === print.hash;

function seen(text: string): Seen[] {
  return text.split('\0').flatMap((record) => {
    const [, device, inode, size, written, path] = /^(\d+) (\d+) (\d+) ([\d.]+) (.+)$/s.exec(record) ?? [];
    if (!device || !inode || !written || !path) return [];
    return [{ device, inode, size: Number(size), written, path }];
  });
}

function pieceOf(
  [what = '', begins = '', bytes = '', began = '']: readonly string[],
  twice: boolean,
): Piece | undefined {
  const [, device, inode, size, written] = /^(\d+) (\d+) (\d+) ([\d.]+)$/.exec(what) ?? [];
  if (!device || !inode || !written) return undefined;
  const first = Buffer.from(begins, 'base64');
  const head = twice ? Buffer.from(began, 'base64') : first;
  if (!head.subarray(0, first.length).equals(first)) return undefined;
  return { device, inode, size: Number(size), written, head, bytes: Buffer.from(bytes, 'base64') };
}
