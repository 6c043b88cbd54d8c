/** A guardian of the built program on a host of its own, a network namespace, and a manager in another one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openIdentity } from '../../../src/adapters/icp/identity.ts';
import { ended } from '../../integration/muster.ts';
import { type Namespace, outsideAndHost } from '../../namespaces.ts';
import { until } from '../../until.ts';
import type { Answer, Order } from './manager.ts';

const MAIN = new URL('../../../dist/main.js', import.meta.url).pathname;
const MANAGER = new URL('./manager.ts', import.meta.url).pathname;
/** The host's address, and where its guardian listens. */
export const HOST = '10.66.0.2';
export const PORT = 4227;

export interface Stage {
  outside: Namespace;
  host: Namespace;
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

/** `as` starts the guardian: a program that becomes the one that follows. */
export async function openStage(as: readonly string[] = []): Promise<Stage> {
  const { outside, host, remove } = await outsideAndHost();
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
  const manager = within(
    outside.name,
    ...[process.execPath, '--import', 'tsx', MANAGER, JSON.stringify(identity)],
  );
  const answers = new Map<number, (answer: Answer) => void>();
  createInterface({ input: manager.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { id: number; answer: Answer };
    answers.get(id)?.(answer);
    answers.delete(id);
  });
  let orders = 0;
  const order = (what: Order): Promise<Answer> =>
    new Promise((resolve) => {
      orders += 1;
      answers.set(orders, resolve);
      manager.stdin.write(`${JSON.stringify({ id: orders, order: what })}\n`);
    });
  let key = '';
  return {
    outside,
    host,
    folder,
    state,
    async guardian() {
      const args = ['agent', 'guardian', '--state', state, '--trust', identity.fingerprint];
      const child = within(host.name, ...as, process.execPath, MAIN, ...args);
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
      });
      key = await until(() => /Its key is (\S+)/.exec(text)?.[1], 'the guardian');
      return child;
    },
    async connect() {
      const answer = await order({ do: 'connect', address: HOST, port: PORT, key });
      return 'code' in answer ? answer.code : undefined;
    },
    close: async () => void (await order({ do: 'close' })),
    ask: (command, data = {}) => order({ do: 'request', command: `firewall.${command}`, data }),
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all([...children].map(ended));
      await remove();
      await rm(folder, { recursive: true });
    },
  };
}
