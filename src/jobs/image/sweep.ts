/** Removes the blobs of a library that nothing names any more: no version, and no candidate. */
import { join } from 'node:path/posix';
import type { ImageLibrary } from '../../adapters/library/library.ts';
import { library, Sha256 } from '../../image.ts';

/** What is younger may be of a build that has not said yet what it consists of, minutes. */
export const YOUNG_MINUTES = 120;

/**
 * Sweeps a library; gives how many blobs went. First it is looked what is old, and only then what is named, so that whatever was named
 * in between stays; what is put there anew meanwhile is young again. Being killed anywhere leaves only what the next sweep takes.
 */
export async function sweepBlobs(
  files: ImageLibrary,
  root: string,
  youngMinutes = YOUNG_MINUTES,
): Promise<number> {
  const { folder } = library(root);
  const blobs = join(folder, 'blobs');
  const old = await files.list(blobs, '*', youngMinutes);
  const named = new Set(blobsIn(await files.written([join(folder, 'versions'), join(folder, 'candidates')])));
  const going = old.filter((name) => !Sha256.safeParse(name).success || !named.has(name));
  await files.removeOlder(
    going.map((name) => join(blobs, name)),
    youngMinutes,
  );
  await sweepUnfinished(files, join(folder, 'versions'), youngMinutes);
  return going.length;
}

/** Removes what somebody was killed over before it had its name: such files begin with a dot. */
export async function sweepUnfinished(
  files: ImageLibrary,
  folder: string,
  youngMinutes = YOUNG_MINUTES,
): Promise<void> {
  const names = await files.list(folder, '.*', youngMinutes);
  await files.removeOlder(
    names.map((name) => join(folder, name)),
    youngMinutes,
  );
}

/** The blobs that a text names, whichever Muster wrote it. */
const blobsIn = (text: string): string[] => text.match(/\b[0-9a-f]{64}\b/g) ?? [];
