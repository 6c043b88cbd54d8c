/** The managers that an agent lets in: a file with the fingerprints of their keys, one a line, read at every connection. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
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
  await replace(file, `${text}${fresh.join('\n')}\n`);
}

/** Whoever reads it meanwhile reads the old one or the new one whole. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  await rename(draft, file);
}

/** Trusts the managers of these keys no more; remarks and other keys stay. */
export async function distrust(state: string, keys: readonly string[]): Promise<void> {
  const file = trustedFile(state);
  const known = await readFile(file, 'utf8').catch(() => '');
  const left = known.split('\n').filter((line) => !trustedIn(line).some((key) => keys.includes(key)));
  await replace(file, left.join('\n'));
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
