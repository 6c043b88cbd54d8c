/** Files that were put aside: renamed, or copies of one that was cut off then; by their names, and by how they begin. */
import { basename, dirname } from 'node:path/posix';
import type { Files, Piece } from './files.ts';
import { notBefore, type Opened, type Seen, same } from './place.ts';

/** Names of compressed files: what is in them cannot be gone on with. */
const PACKED = /\.(?:gz|xz|bz2|zst|lz4|zip)$/;
/** How often files are listed anew until none is renamed meanwhile. */
const TRIES = 5;

/** The files that were put aside, how they begin, and the one that has the name. */
export interface Aside {
  aside: Seen[];
  heads: ReadonlyMap<Seen, Piece>;
  own?: Piece;
}

/**
 * What was put aside of a file, as of a moment in which none was renamed. The file itself is read last: a copy that is not of what it
 * holds then is whole.
 */
export async function listAside(files: Files, path: string, signal?: AbortSignal): Promise<Aside> {
  const list = async () => (await files.beside(path, signal)).filter((one) => isOlder(path, one.path));
  for (let [tries, aside] = [1, await list()]; ; tries += 1) {
    const pieces = await files.read(
      [...aside.map((one) => one.path), path].map((one) => ({ path: one, offset: 0, limit: 0 })),
      signal,
    );
    const after = await list();
    if (tries === TRIES || namesIn(aside) === namesIn(after)) {
      const heads = new Map(
        aside.flatMap((one, at) => {
          const piece = pieces[at];
          return piece && same(piece, one) ? [[one, piece] as const] : [];
        }),
      );
      return { aside, heads, own: pieces.at(-1) };
    }
    aside = after;
  }
}

const namesIn = (seen: readonly Seen[]): string =>
  seen
    .map(({ inode, path }) => `${inode} ${path}`)
    .sort()
    .join('\n');

/** Those that may have been put aside since a file was seen last, but for the one that is named. */
export const candidatesOf = (
  aside: readonly Seen[],
  { written }: Opened,
  named: Pick<Seen, 'device' | 'inode'>,
): Seen[] => aside.filter((one) => !same(one, named) && notBefore(one.written, written));

/** Whether a name is one that a file gets when it is put aside: `shop.log.1`, `shop.log-20260101`, `shop-2026-01-01.log`. */
export function isOlder(path: string, other: string): boolean {
  const [name, aside] = [basename(path), basename(other)];
  if (dirname(path) !== dirname(other) || aside === name || PACKED.test(aside)) return false;
  if (aside.startsWith(`${name}.`) || aside.startsWith(`${name}-`)) return true;
  const stem = name.replace(/\.[^.]*$/, '');
  return stem !== '' && aside.startsWith(stem) && /^[.-]\d/.test(aside.slice(stem.length));
}

/** Whether one of two begins as the other does. */
export const beginAlike = (one: Buffer, other: Buffer): boolean => {
  const bytes = Math.min(one.length, other.length);
  return bytes > 0 && one.subarray(0, bytes).equals(other.subarray(0, bytes));
};
