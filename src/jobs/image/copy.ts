/** Brings the blobs of an image into the library of another host, and verifies each where it lies in the end. */
import { MusterError } from '../../errors.ts';
import { type Blob, library, type Manifest } from '../../image.ts';
import { holds, type Shelf } from './shelf.ts';

export interface CopyWatch {
  /** The share of all bytes that is there, 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

/**
 * Makes sure that `to` has every blob as its name says; one that is there already is not fetched again. `from` and `to` may be the same.
 * Rejects with `image.blob` where bytes are missing or are others.
 */
export async function gather(
  { image, parts }: Pick<Manifest, 'image' | 'parts'>,
  from: Shelf,
  to: Shelf,
  { onProgress, signal }: CopyWatch,
): Promise<void> {
  const blobs = Object.entries(parts) as [string, Blob][];
  const total = blobs.reduce((sum, [, { bytes }]) => sum + bytes, 0) || 1;
  let before = 0;
  for (const [part, blob] of blobs) {
    const offset = before;
    // Nothing names it in that library until its version is there: a sweep of another run must not take it meanwhile.
    if (from !== to) await to.files.renew(library(to.root).blob(blob.sha256));
    const isThere = await holds(to, blob, signal);
    if (!isThere && from === to) throw broken(image, part, to, blob);
    if (!isThere)
      await copy(image, part, blob, from, to, {
        onProgress: (share) => onProgress((offset + share * blob.bytes) / total),
        signal,
      });
    before += blob.bytes;
    onProgress(before / total);
  }
}

async function copy(
  image: string,
  part: string,
  blob: Blob,
  from: Shelf,
  to: Shelf,
  { onProgress, signal }: CopyWatch,
): Promise<void> {
  const { sha256, bytes } = blob;
  const place = library(to.root).blob(sha256);
  const pieces = from.files.pieces(library(from.root).blob(sha256), bytes, onProgress, signal);
  const next = await to.files.stage(place, pieces, signal);
  try {
    if ((await to.files.content(next, signal))?.sha256 !== sha256) throw broken(image, part, from, blob);
    await to.files.take(next, place);
  } catch (error) {
    await to.files.remove([next]).catch(() => {});
    throw error;
  }
}

const broken = (image: string, part: string, { host }: Shelf, { sha256 }: Blob): MusterError =>
  new MusterError('image.blob', { image, part, host, sha256: sha256.slice(0, 12) });
