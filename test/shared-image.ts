/** The small image, built once for all the files of a run of `npm test`: half a minute of a processor each time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bootable } from '../src/boot.ts';
import { type Blob, library } from '../src/image.ts';
import type { Shell } from '../src/shell.ts';
import { buildTiny } from './tiny-image.ts';

/** What is in the library now: as Muster boots it, and the archive of the same root file system. */
export interface SharedImage {
  bootable: Bootable;
  archive: Blob;
}

/** Puts a copy of it into the library of a folder; builds it where nobody has yet. The copy may be changed. */
export async function takeImage(shell: Shell, folder: string): Promise<SharedImage> {
  // What setup/test.mjs gives the files of one run, which goes with it.
  const shared = process.env.MUSTER_TESTS;
  if (shared === undefined) return build(shell, folder);
  const image = await locked(join(shared, 'image.lock'), async () => {
    const record = join(shared, 'image.json');
    const kept = await readFile(record, 'utf8').catch(() => undefined);
    if (kept !== undefined) return JSON.parse(kept) as SharedImage;
    const built = await build(shell, shared);
    await writeFile(record, JSON.stringify(built));
    return built;
  });
  const { bootable, archive } = image;
  const [from, to] = [library(shared), library(folder)];
  await mkdir(join(to.folder, 'blobs'), { recursive: true });
  for (const { sha256 } of [bootable.kernel, bootable.initrd, bootable.root, archive])
    await copyFile(from.blob(sha256), to.blob(sha256), constants.COPYFILE_FICLONE);
  return image;
}

async function build(shell: Shell, folder: string): Promise<SharedImage> {
  const { archive, ...bootable } = await buildTiny(shell, folder, { formats: ['squashfs', 'tar.xz'] });
  if (!archive) throw new Error('The image lacks its archive.');
  return { bootable, archive };
}

/** Does something while no other process does it; whoever is killed meanwhile lets the next one. */
async function locked<T>(file: string, act: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(holder, 'exit');
  try {
    await Promise.race([once(holder.stdout, 'data'), gone]);
    if (holder.exitCode !== null) throw new Error(`flock ended with ${holder.exitCode}`);
    return await act();
  } finally {
    holder.stdin.end();
    await gone;
  }
}
