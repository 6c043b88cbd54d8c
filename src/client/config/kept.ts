/** The files that were in force last: what a container starts with where the hub is away. */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubConfig } from '../../hub.ts';

export interface Kept {
  /** When they were fetched, ISO 8601. */
  at: string;
  config: HubConfig;
  /** Which of its files the client wrote, by place; the others were there like that already. */
  wrote?: readonly string[];
}

const fileIn = (state: string): string => join(state, 'config.json');

/** Undefined where there are none, or where what is there is not whole. */
export async function readKept(state: string | undefined): Promise<Kept | undefined> {
  if (state === undefined) return undefined;
  try {
    return JSON.parse(await readFile(fileIn(state), 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

/** Keeps them, for nobody else's eyes. */
export async function keepConfig(state: string | undefined, kept: Kept): Promise<void> {
  if (state === undefined) return;
  const file = fileIn(state);
  // Containers may share the folder.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(kept));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
