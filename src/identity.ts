/** Who one end of a connection is: an Ed25519 key and a certificate signed with it, in files of its own; the other end pins the key. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { certify } from './certificate.ts';
import { MusterError } from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';

/** What TLS needs of it, PEM, and the fingerprint by which others know it. */
export interface Identity {
  key: string;
  certificate: string;
  /** `SHA256:…`, of the public key (its SubjectPublicKeyInfo), without padding. */
  fingerprint: string;
}

/** What is pinned is the key: the certificate is only how TLS carries it, and says nothing of its own. */
const FROM = new Date('2020-01-01T00:00:00Z');
const UNTIL = new Date('2049-12-31T23:59:59Z');

/**
 * The identity that is kept in a folder as `NAME.key` and `NAME.crt`, made where there is none yet: files of mode 0600 in a
 * folder of mode 0700. Rejects with `icp.identity` where the key cannot be read, belongs to others as well, or is none.
 */
export async function openIdentity(folder: string, name: string): Promise<Identity> {
  const kept = await openKey(folder, name);
  const certificate = await certificateOf(join(folder, `${name}.crt`), kept, name);
  return { key: pemOf(kept), certificate, fingerprint: fingerprintOf(createPublicKey(kept)) };
}

/** The Ed25519 key that is kept in a folder as `NAME.key`, made where there is none yet. Rejects as `openIdentity` does. */
export async function openKey(folder: string, name: string): Promise<KeyObject> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${name}.key`);
  return (await readKey(file)) ?? (await keepKey(file));
}

/** Whether a key of that name is kept in a folder. */
export const hasIdentity = async (folder: string, name: string): Promise<boolean> =>
  (await readKey(join(folder, `${name}.key`))) !== undefined;

/** Gives a key the name of another one, which is gone then: at once and on disk, or not at all. */
export async function renameIdentity(folder: string, from: string, to: string): Promise<void> {
  await rename(join(folder, `${from}.key`), join(folder, `${to}.key`));
  await rm(join(folder, `${from}.crt`), { force: true });
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** The certificate that is kept, or a new one where there is none of this key. */
async function certificateOf(file: string, key: KeyObject, name: string): Promise<string> {
  try {
    const kept = await readFile(file, 'utf8');
    if (new X509Certificate(kept).checkPrivateKey(key)) return kept;
  } catch {
    // None is there, or what is there is none.
  }
  const self = { key, name: `muster ${name}` };
  const made = certify({ ...self, issuer: self, from: FROM, until: UNTIL });
  await write(file, made);
  return made;
}

async function readKey(file: string): Promise<KeyObject | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { mode } = await handle.stat();
      if ((mode & 0o077) !== 0) throw new MusterError('icp.identity', { file, reason: 'open' });
      return createPrivateKey(await handle.readFile());
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof MusterError) throw error;
    throw new MusterError('icp.identity', { file, reason: 'unreadable' }, { cause: error });
  }
}

/** Keeps a new key, or takes the one that another process kept in the same moment. */
async function keepKey(file: string): Promise<KeyObject> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const fresh = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await write(fresh, pemOf(privateKey));
    await link(fresh, file);
    return privateKey;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readKey(file) : undefined;
    if (other) return other;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

async function write(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(file, 0o600);
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();
