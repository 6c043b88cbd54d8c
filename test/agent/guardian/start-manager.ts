/** A manager in a network namespace of a test, which asks an agent what it is told to. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Identity } from '../../../src/identity.ts';
import { ended } from '../../integration/muster.ts';
import type { Answer, Order } from './manager.ts';

const MANAGER = new URL('./manager.ts', import.meta.url).pathname;

export interface Manager {
  /** Connects to an agent that has this key; undefined where it worked, the code of the error otherwise. */
  connect(agent: { address: string; port: number; key: string }): Promise<string | undefined>;
  /** Cuts its connection. */
  close(): Promise<void>;
  /** Asks the agent. */
  ask(command: string, data?: object): Promise<Answer>;
  /** Ends it. */
  end(): Promise<void>;
}

/** Starts one in a namespace, with its identity. */
export function startManager({ name }: { name: string }, identity: Identity): Manager {
  const argv = [process.execPath, '--import', 'tsx', MANAGER, JSON.stringify(identity)];
  const child = spawn('nsenter', [`--net=/run/netns/${name}`, '--', ...argv], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { id: number; answer: Answer };
    answers.get(id)?.(answer);
    answers.delete(id);
  });
  let orders = 0;
  const order = (what: Order): Promise<Answer> =>
    new Promise((resolve) => {
      orders += 1;
      answers.set(orders, resolve);
      child.stdin.write(`${JSON.stringify({ id: orders, order: what })}\n`);
    });
  return {
    async connect(agent) {
      const answer = await order({ do: 'connect', ...agent });
      return 'code' in answer ? answer.code : undefined;
    },
    close: async () => void (await order({ do: 'close' })),
    ask: (command, data = {}) => order({ do: 'request', command, data }),
    async end() {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}
