/** The managers that an agent lets in: a file with the fingerprints of their keys, one a line, read at every connection. */
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const trustedFile = (state: string): string => join(state, 'trusted');

/** Trusts the managers of these keys from now on, too. */
export async function trust(state: string, keys: readonly string[]): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const file = trustedFile(state);
  const known = await readFile(file, 'utf8').catch(() => '');
  const fresh = keys.filter((key) => !trustedIn(known).includes(key));
  if (fresh.length === 0) return;
  const text = known === '' || known.endsWith('\n') ? known : `${known}\n`;
  await writeFile(file, `${text}${fresh.join('\n')}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** The keys that are let in now; none where the file cannot be read. */
export function trustedNow(state: string): string[] {
  try {
    return trustedIn(readFileSync(trustedFile(state), 'utf8'));
  } catch {
    return [];
  }
}

/** The keys of such a file: a line each, what follows a space is a remark. */
const trustedIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0] as string)
    .filter((key) => /^SHA256:[A-Za-z0-9+/]{43}$/.test(key));
