/** Files that definitions of images name, below `images/` of the configuration: what they are, and nothing outside of it. */
import { lstat, readdir, readFile, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MusterError } from '../errors.ts';

/** Where they lie. */
export const imageFolder = (folder: string): string => join(folder, 'images');

/** The most bytes of all files of one definition. */
export const MOST_IMAGE_BYTES = 16 * 1024 * 1024;

/** A file below a folder. */
export interface FoundFile {
  /** Relative to the folder, with slashes. */
  path: string;
  content: Buffer;
  executable: boolean;
}

/** The real place of something below `images/`. Rejects with `image.file` where it is missing, or where a link leads out of there. */
async function placeOf(folder: string, path: string): Promise<string> {
  const home = imageFolder(folder);
  const lost = (message: string, cause?: unknown) =>
    new MusterError('image.file', { file: `images/${path}`, message }, { cause });
  const real = await realpath(join(home, path)).catch((error: NodeJS.ErrnoException) => {
    throw lost(error.code ?? error.message, error);
  });
  const inside = relative(await realpath(home), real);
  if (inside === '' || inside.split(sep)[0] === '..') throw lost('EXDEV');
  return real;
}

/** What is in a file. Rejects with `image.file`. */
export async function readImageFile(folder: string, path: string): Promise<FoundFile> {
  const place = await placeOf(folder, path);
  try {
    const state = await lstat(place);
    if (!state.isFile()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
    if (state.size > MOST_IMAGE_BYTES) throw Object.assign(new Error('EFBIG'), { code: 'EFBIG' });
    return { path, content: await readFile(place), executable: (state.mode & 0o111) !== 0 };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new MusterError(
      'image.file',
      { file: `images/${path}`, message: code ?? message },
      { cause: error },
    );
  }
}

/** Every file of a folder, in the order of their names; links are no files. Rejects with `image.file`. */
export async function readImageFolder(folder: string, path: string): Promise<FoundFile[]> {
  const place = await placeOf(folder, path);
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new MusterError('image.file', { file: `images/${path}`, message: error.code ?? error.message });
    },
  );
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(place, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const files: FoundFile[] = [];
  let bytes = 0;
  for (const name of names) {
    const file = await readImageFile(folder, `${path}/${name}`);
    bytes += file.content.length;
    if (bytes > MOST_IMAGE_BYTES)
      throw new MusterError('image.file', { file: `images/${path}`, message: 'EFBIG' });
    files.push({ ...file, path: name });
  }
  return files;
}
