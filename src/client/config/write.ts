/** Writes a file whole: beside its place, on disk, and then renamed. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import type { HubFile } from '../../hub.ts';
import type { Words } from '../words.ts';

/** What went wrong with a file, in words. */
export class NotWritten extends Error {}

/** Writes it where it is not there like that already; true where it was written. Rejects with `NotWritten`. */
export async function writeHubFile(file: HubFile, words: Words): Promise<boolean> {
  const { path } = file;
  if (!path.startsWith('/') || normalize(path) !== path || path.endsWith('/') || path.includes('\0'))
    throw new NotWritten(words.badPath({ path }));
  const draft = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString('hex')}`);
  try {
    const [user, group] = await Promise.all([
      numberOf('/etc/passwd', file.owner, words),
      numberOf('/etc/group', file.group, words),
    ]);
    const content = Buffer.from(file.content, 'base64');
    const mode = Number.parseInt(file.mode, 8);
    if (await isThere(path, content, mode, user, group)) return false;
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await give(handle, user, group);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
    return true;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw new NotWritten(words.notWritten({ path, message: (error as Error).message }));
  }
}

/** Removes a file that the hub gave before, where it is there as it was given; says whether it is gone. */
export async function takeAway({ path, content, mode }: HubFile): Promise<boolean> {
  try {
    await lstat(path);
  } catch {
    return true;
  }
  const isOurs = await isThere(path, Buffer.from(content, 'base64'), Number.parseInt(mode, 8));
  return (
    isOurs &&
    removeHubFile(path).then(
      () => true,
      () => false,
    )
  );
}

/** Removes a file that the hub did not give before. */
export const removeHubFile = (path: string): Promise<void> => rm(path, { force: true });

async function isThere(
  path: string,
  content: Buffer,
  mode: number,
  user?: number,
  group?: number,
): Promise<boolean> {
  try {
    const known = await stat(path);
    if ((known.mode & 0o7777) !== mode || known.size !== content.length || !known.isFile()) return false;
    if ((user !== undefined && known.uid !== user) || (group !== undefined && known.gid !== group))
      return false;
    return (await readFile(path)).equals(content);
  } catch {
    return false;
  }
}

async function give(handle: FileHandle, user: number | undefined, group: number | undefined): Promise<void> {
  if (user === undefined && group === undefined) return;
  const { uid, gid } = await handle.stat();
  if (uid !== (user ?? uid) || gid !== (group ?? gid)) await handle.chown(user ?? uid, group ?? gid);
}

/** A user's or a group's number, by its name or as it is. */
async function numberOf(book: string, name: string | undefined, words: Words): Promise<number | undefined> {
  if (name === undefined) return undefined;
  if (/^\d+$/.test(name)) return Number(name);
  const text = await readFile(book, 'utf8').catch(() => '');
  const entry = text.split('\n').find((line) => line.startsWith(`${name}:`));
  if (entry === undefined) throw new Error(words.noUser({ name }));
  return Number(entry.split(':')[2]);
}
