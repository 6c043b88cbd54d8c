/** The agent that does the work on a host: a server of the internal protocol, which carries out steps for the managers it trusts. */

import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Identity, openIdentity } from '../adapters/icp/identity.ts';
import { type Server, serve } from '../adapters/icp/server.ts';
import { stepNamed } from '../jobs/catalog.ts';
import type { Log } from '../log.ts';
import { Steps } from './steps.ts';

export interface WorkerParts {
  /** Where it keeps its key, the keys it trusts, and what it knows of steps. */
  state: string;
  /** The folder on the host that belongs to Muster. */
  root: string;
  address: string;
  port: number;
  log: Log;
}

export interface Agent {
  identity: Identity;
  server: Server;
  /** Lets managers go and ends what goes on. */
  close(): Promise<void>;
}

/** The file with the fingerprints of the managers that are let in, one a line; it is read at every connection. */
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

/** Starts it; what an agent before it left is ended first. */
export async function openWorker(parts: WorkerParts): Promise<Agent> {
  const { state, root, address, port, log } = parts;
  const identity = await openIdentity(join(state, 'keys'), 'worker');
  const steps = new Steps({ folder: join(state, 'steps'), root, step: stepNamed, log });
  await steps.start();
  const trusted = () => trustedIn(readTrusted(state));
  const server = await serve({ identity, trusted, commands: steps.commands, log }, address, port);
  return {
    identity,
    server,
    async close() {
      await server.close();
      await steps.close();
    },
  };
}

/** Where the file cannot be read, nobody is let in. */
function readTrusted(state: string): string {
  try {
    return readFileSync(trustedFile(state), 'utf8');
  } catch {
    return '';
  }
}

/** The keys of such a file: a line each, what follows a space is a remark. */
const trustedIn = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s/)[0] as string)
    .filter((key) => /^SHA256:[A-Za-z0-9+/]{43}$/.test(key));
