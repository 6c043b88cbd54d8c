/** The key pair of an environment: made once, kept in the state folder, held by no person. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newKeyPair, publicHalf } from '../../adapters/ssh/keypair.ts';
import { MusterError } from '../../errors.ts';

/** Where the private half of an environment's key pair is. */
export const environmentKeyFile = (state: string, environment: string): string =>
  join(state, 'keys', `environment-${environment}`);

/**
 * The public half as `TYPE BASE64`; the pair is made where there is none yet, by one of those who ask at once. Rejects with
 * `keys.environment` where others may read the private half, or where it is no such key.
 */
export async function environmentKey(state: string, environment: string): Promise<string> {
  const file = environmentKeyFile(state, environment);
  const text = (await readOwn(file)) ?? (await make(file, environment));
  const found = publicHalf(text);
  if (found?.startsWith('ssh-ed25519 ')) return found;
  throw new MusterError('keys.environment', { file, reason: 'unreadable' });
}

/** The file's text, where it is there. */
async function readOwn(file: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(file);
    if (mode & 0o077) throw new MusterError('keys.environment', { file, reason: 'open' });
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Writes it whole, then gives it its name, unless somebody else was first. */
async function make(file: string, environment: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(newKeyPair(`muster ${environment}`));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw thrown;
    });
    return (await readOwn(file)) as string;
  } finally {
    await rm(draft, { force: true });
  }
}
