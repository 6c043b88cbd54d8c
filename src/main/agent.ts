/** `muster agent worker` and `muster agent guardian`: the daemons on a host. And `muster key`: by what agents know Muster. */
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { localShell } from '../adapters/local/shell.ts';
import { nftables } from '../adapters/nftables/nftables.ts';
import { ufw } from '../adapters/ufw/ufw.ts';
import type { Agent, AgentParts } from '../agent/agent.ts';
import type { Backend } from '../agent/guardian/guard.ts';
import { openGuardian } from '../agent/guardian/guardian.ts';
import { trust } from '../agent/trusted.ts';
import { openWorker } from '../agent/worker.ts';
import { MusterError } from '../errors.ts';
import { ownIdentity } from '../links.ts';
import { createLog, type Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import { Scrubber } from '../secret.ts';
import { imageKeyLine } from '../wire/images.ts';
import { tellReady } from './ready.ts';
import { stopInOrder } from './stop.ts';

export interface AgentOptions {
  state: string;
  /** `ADDRESS:PORT`. */
  listen: string;
  trust: string[];
}

export const agentWorker = (options: AgentOptions & { root: string }): Promise<void> =>
  serve(options, (parts) => openWorker({ ...parts, root: resolve(options.root) }));

export const agentGuardian = (options: AgentOptions & { backend: 'nftables' | 'ufw' }): Promise<void> =>
  serve(options, async (parts) =>
    openGuardian({ ...parts, backend: await openBackend(options.backend, parts.log) }),
  );

/** What filters packets here. Rejects with `setup.missing` where it is not installed. */
async function openBackend(name: 'nftables' | 'ufw', log: Log): Promise<Backend> {
  const shell = localShell({ host: hostname() });
  if (name === 'nftables') return nftables.open({ shell, options: { table: 'muster' } });
  const backend = ufw.open({ shell, options: ufw.options.parse({}) });
  await backend.installed();
  if (!(await backend.enabled())) log.warn('ufw is switched off; a firewall is refused until it is on');
  return backend;
}

async function serve(options: AgentOptions, open: (parts: AgentParts) => Promise<Agent>): Promise<void> {
  const state = resolve(options.state);
  const level = process.env.LOG_LEVEL ?? 'info';
  const log = createLog({ level, destination: 2, scrubber: new Scrubber() });
  await trust(state, options.trust.map(checkKey));
  const { address, port } = readListen(options.listen);
  const agent = await open({ state, address, port, log });
  const facts = { address, port: agent.server.port, key: agent.identity.fingerprint };
  log.info(facts, 'agent is up');
  process.stdout.write(`${messages().terminal.agent(facts)}\n`);
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(130);
    stopping = true;
    await stopInOrder(() => agent.close(), log);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  process.on('unhandledRejection', (err) => log.error({ err }, 'unhandled rejection'));
  await tellReady(log);
}

/** Prints the fingerprint that agents are to trust, or the key that verifies images as minisign(1) takes it. */
export async function key(of: 'agents' | 'images', places: { state: string }): Promise<void> {
  const state = resolve(places.state);
  const line = of === 'images' ? await imageKeyLine(state) : (await ownIdentity(state)).fingerprint;
  process.stdout.write(`${line}\n`);
}

/** `ADDRESS:PORT` or a port as it was typed; throws `input.invalid`. */
export function readListen(text: string): { address: string; port: number } {
  const [, address, port] = /^(?:\[?([0-9A-Za-z.:-]*?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new MusterError('input.invalid', {
      problems: messages().terminal.badListen({ text }),
      help: 'muster agent --help',
    });
  return { address: address || '0.0.0.0', port: Number(port) };
}

/** A fingerprint as it was typed; throws `input.invalid`. */
export function checkKey(text: string): string {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
  throw new MusterError('input.invalid', {
    problems: messages().terminal.badKey({ text }),
    help: 'muster agent --help',
  });
}
