/** A gate for a test: an authority and a server on a port of its own, and callers with and without what they need. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '../src/adapters/gate/authority.ts';
import { type Gate, type GateParts, openGate } from '../src/adapters/gate/gate.ts';
import { identityRoutes } from '../src/adapters/gate/identities.ts';
import type { Route } from '../src/adapters/gate/route.ts';
import { bearer, type Caller, type Issued } from '../src/hub.ts';
import { type Identity, openIdentity } from '../src/identity.ts';
import { createLog } from '../src/log.ts';
import { Pinned, textOf } from '../src/pinned.ts';
import { Scrubber } from '../src/secret.ts';

export const CALLER: Caller = { app: 'shop', generation: 'r-1-aaaa', service: 'web', host: 'web-1' };

export interface TestGate {
  folder: string;
  gate: Gate;
  authority: Authority;
  /** Who the hub is, and a manager that it knows. */
  identity: Identity;
  manager: Identity;
  /** `host:port`. */
  address: string;
  /** What the clock of the hub is ahead of the real one, ms. */
  clock: { ahead: number };
  /** What `isLive` says. */
  live: { is: boolean | undefined };
  /** Ends the gate; `reopen` opens it at the same place. */
  close(): Promise<void>;
  reopen(): Promise<void>;
  stop(): Promise<void>;
}

export async function openTestGate(
  routes: readonly Route[] = [],
  options: { lifetime?: number; patience?: GateParts['patience'] } = {},
): Promise<TestGate> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-gate-'));
  const keys = join(folder, 'keys');
  const [identity, manager] = await Promise.all([openIdentity(keys, 'hub'), openIdentity(keys, 'muster')]);
  const clock = { ahead: 0 };
  const live: { is: boolean | undefined } = { is: true };
  let gate: Gate;
  const authority = await Authority.open({
    keys,
    lifetime: () => options.lifetime ?? 3_600_000,
    now: () => Date.now() + clock.ahead,
    place: () => ({ address: `127.0.0.1:${gate.port}`, pins: [identity.fingerprint], language: 'en' }),
  });
  const open = (port: number) =>
    openGate(
      {
        identity,
        authority,
        routes: [...identityRoutes(authority), ...routes],
        isManager: async (fingerprint) => fingerprint === manager.fingerprint,
        isLive: async () => live.is,
        log: createLog({ level: 'silent', scrubber: new Scrubber() }),
        patience: options.patience,
      },
      { host: '127.0.0.1', port },
    );
  gate = await open(0);
  const { port } = gate;
  return {
    folder,
    get gate() {
      return gate;
    },
    authority,
    identity,
    manager,
    address: `127.0.0.1:${port}`,
    clock,
    live,
    close: () => gate.close(),
    async reopen() {
      gate = await open(port);
    },
    async stop() {
      await gate.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Asks once, with a certificate and a token. */
export async function askGate(
  { address, identity }: Pick<TestGate, 'address' | 'identity'>,
  shown: { key: string; certificate: string; token?: string },
  path: string,
  body?: string,
): Promise<{ status: number; said: { code?: string; [key: string]: unknown } }> {
  const pinned = new Pinned({ address, pins: [identity.fingerprint], identity: () => shown });
  try {
    const { status, body: answer } = await pinned.ask({
      method: body === undefined ? 'GET' : 'POST',
      path,
      body,
      headers: shown.token === undefined ? {} : { Authorization: bearer(shown.token) },
      within: 10_000,
    });
    const text = await textOf(answer, 10_000_000, 10_000);
    return { status, said: text === '' ? {} : JSON.parse(text) };
  } finally {
    pinned.close();
  }
}

/** What a caller shows, less what a test takes from it or puts in its place. */
export const shownBy = ({ key, certificate, token }: Issued) => ({ key, certificate, token });
