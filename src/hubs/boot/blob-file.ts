/** Blobs of the library, opened for reading: by their sha256 and by nothing else. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MusterError } from '../../errors.ts';
import { library, Sha256 } from '../../image.ts';

/** A blob that is open, and how many bytes it has. */
export interface OpenBlob {
  file: FileHandle;
  size: number;
}

export interface BlobFolder {
  /** Throws `boot.nowhere` where there is none. Whoever gets it closes it. */
  open(sha256: string): Promise<OpenBlob>;
}

/** The blobs below the folder that belongs to Muster. */
export const blobFolder = (root: string): BlobFolder => ({
  async open(sha256) {
    if (!Sha256.safeParse(sha256).success) throw new MusterError('boot.nowhere');
    const path = library(root).blob(sha256);
    // Never through a link, and a pipe that lies there must not hold anybody.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO'].includes(`${error.code}`))
        throw new MusterError('boot.nowhere');
      throw error;
    });
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new MusterError('boot.nowhere');
      return { file, size: found.size };
    } catch (error) {
      await file.close();
      throw error;
    }
  },
});
