/** A guardian of the built program on a host of its own, a network namespace, and a manager in another one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIdentity } from '../../../src/identity.ts';
import { ended } from '../../integration/muster.ts';
import { type Namespace, outsideAndHost } from '../../namespaces.ts';
import { type TestUfw, ufwIn } from '../../ufw.ts';
import { until } from '../../until.ts';
import type { Answer } from './manager.ts';
import { startManager } from './start-manager.ts';

const MAIN = new URL('../../../dist/main.js', import.meta.url).pathname;
/** The host's address, and where its guardian listens. */
export const HOST = '10.66.0.2';
export const PORT = 4227;

export interface Stage {
  outside: Namespace;
  host: Namespace;
  /** Of a guardian that keeps the host by way of ufw. */
  ufw: TestUfw | undefined;
  /** Everything's folder, and in it where the guardian keeps its state. */
  folder: string;
  state: string;
  /** Starts the guardian, until it listens. */
  guardian(): Promise<ChildProcess>;
  /** Connects the manager; undefined where it worked, the code of the error otherwise. */
  connect(): Promise<string | undefined>;
  /** Cuts the manager's connection. */
  close(): Promise<void>;
  /** Asks the guardian. */
  ask(command: string, data?: object): Promise<Answer>;
  remove(): Promise<void>;
}

export type BackendName = 'nftables' | 'ufw';

/**
 * `as` starts the guardian: a program that becomes the one that follows. By way of ufw, ufw is on and lets managers in, as
 * somebody had it before Muster.
 */
export async function openStage(
  as: readonly string[] = [],
  backend: BackendName = 'nftables',
): Promise<Stage> {
  const { outside, host, remove } = await outsideAndHost();
  const ufw = backend === 'ufw' ? await ufwIn(host) : undefined;
  await ufw?.run('allow', `${PORT}/tcp`);
  await ufw?.run('--force', 'enable');
  const folder = await mkdtemp(join(tmpdir(), 'muster-guardian-'));
  const state = join(folder, 'guardian');
  const children = new Set<ChildProcess>();
  const within = (name: string, ...argv: string[]) => {
    const child = spawn('nsenter', [`--net=/run/netns/${name}`, '--', ...argv], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const identity = await openIdentity(join(folder, 'keys'), 'muster');
  const manager = startManager(outside, identity);
  let key = '';
  return {
    outside,
    host,
    ufw,
    folder,
    state,
    async guardian() {
      const args = [
        'agent',
        'guardian',
        '--state',
        state,
        '--trust',
        identity.fingerprint,
        '--backend',
        backend,
      ];
      const child = within(host.name, ...(ufw?.words ?? []), ...as, process.execPath, MAIN, ...args);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
      });
      key = await until(() => /Its key is (\S+)/.exec(text)?.[1], 'the guardian');
      return child;
    },
    connect: () => manager.connect({ address: HOST, port: PORT, key }),
    close: manager.close,
    ask: (command, data) => manager.ask(`firewall.${command}`, data),
    async remove() {
      await manager.end();
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([...children].map(ended));
      await remove();
      await ufw?.remove();
      await rm(folder, { recursive: true });
    },
  };
}
