/** Key pairs that are made once, and kept each in a file of its own, in a folder that only Muster reads. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newKeyPair, publicHalf } from './keypair.ts';

export interface KeptPair {
  /** The private half as OpenSSH keeps it in a file, without a passphrase. */
  private: string;
  /** `TYPE BASE64`. */
  public: string;
}

/**
 * The pair that a file keeps, made where there is none yet, by one of those who ask at once. `open` where others may read the
 * private half, `unreadable` where it is no key of Ed25519.
 */
export async function keptPair(file: string, comment: string): Promise<KeptPair | 'open' | 'unreadable'> {
  const text = (await readOwn(file)) ?? (await make(file, comment));
  if (text === OPEN) return 'open';
  const half = publicHalf(text);
  return half?.startsWith('ssh-ed25519 ') ? { private: text, public: half } : 'unreadable';
}

const OPEN = Symbol();

/** The file's text, where it is there. */
async function readOwn(file: string): Promise<string | typeof OPEN | undefined> {
  try {
    const { mode } = await stat(file);
    return mode & 0o077 ? OPEN : await readFile(file, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Writes it whole, then gives it its name, unless somebody else was first; from then on it is there whatever happens. */
async function make(file: string, comment: string): Promise<string | typeof OPEN> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(newKeyPair(comment));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw thrown;
    });
    const directory = await open(folder, 'r');
    await directory.sync().finally(() => directory.close());
    return (await readOwn(file)) as string | typeof OPEN;
  } finally {
    await rm(draft, { force: true });
  }
}
