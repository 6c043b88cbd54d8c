/** Hosts of a test's own: network namespaces joined by a cable. They share neither addresses nor packet filters with anything else. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { localShell } from '../src/adapters/local/shell.ts';
import type { Shell } from '../src/shell.ts';

const exec = promisify(execFile);

/** Starts a program as on a host without systemd: that of this machine knows nothing of the namespaces of tests. */
export const WITHOUT_SYSTEMD = [
  ...['unshare', '--mount', 'sh', '-c'],
  ...['[ ! -d /run/systemd ] || mount -t tmpfs none /run/systemd && exec "$@"', 'sh'],
] as const;

/** How long a port may say nothing before it counts as closed, ms. */
const SILENCE_MS = 800;

export interface Target {
  address: string;
  port: number;
  protocol?: 'tcp' | 'udp';
}

/** One network namespace. */
export interface Namespace {
  /** Its name for ip-netns(8). */
  name: string;
  /** A shell whose programs run in it. */
  shell: Shell;
  /** Runs a program in it; resolves with what it printed. */
  run(...argv: string[]): Promise<string>;
  /** Serves a port that says back what it hears; with `talk`, one that talks without end to whoever connects. */
  listen(target: Target & { talk?: boolean }): Promise<void>;
  /** What somebody in it gets from a port: `open` where it answers, `refused`, or `silent`. `from` is its own address. */
  reach(target: Target & { from?: string; patience?: number }): Promise<'open' | 'refused' | 'silent'>;
  /** Connects for as long as the namespace lives. `say` resolves with the echo, `heard` with how many bytes came so far. */
  hold(target: Target): Promise<{ say(text: string): Promise<string>; heard(): Promise<number> }>;
  /** Ends what runs in it, and removes it; where its owner is killed, that happens by itself. */
  remove(): Promise<void>;
}

/** Two namespaces and the cable between them: `outside` has 10.66.0.1 and fd66::1, `host` 10.66.0.2 and fd66::2 on its eth0. */
export async function outsideAndHost(): Promise<{
  outside: Namespace;
  host: Namespace;
  remove(): Promise<void>;
}> {
  const outside = await addNamespace();
  const host = await addNamespace();
  const remove = async () => {
    await host.remove();
    await outside.remove();
  };
  try {
    await cable(outside, 'eth0', host, 'eth0');
    await address(outside, 'eth0', '10.66.0.1/24', 'fd66::1/64');
    await address(host, 'eth0', '10.66.0.2/24', 'fd66::2/64');
    return { outside, host, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A cable between two namespaces. */
export async function cable(a: Namespace, nameA: string, b: Namespace, nameB: string): Promise<void> {
  await exec('ip', [
    ...['link', 'add', nameA, 'netns', a.name, 'type', 'veth', 'peer', 'name', nameB, 'netns', b.name],
  ]);
}

/** Gives an interface addresses and switches it on. */
export async function address(of: Namespace, device: string, ...addresses: string[]): Promise<void> {
  for (const one of addresses) {
    const nodad = one.includes(':') ? ['nodad'] : [];
    await of.run('ip', 'address', 'add', one, 'dev', device, ...nodad);
  }
  await of.run('ip', 'link', 'set', device, 'up');
}

/** A namespace with nothing but loopback. */
export async function addNamespace(): Promise<Namespace> {
  const name = `mt${randomBytes(5).toString('hex')}`;
  await exec('ip', ['netns', 'add', name]);
  const inside = ['nsenter', `--net=/run/netns/${name}`, '--'];
  const local = localShell({ host: name });
  const run = async (...argv: string[]) =>
    (await exec(inside[0]!, [...inside.slice(1), ...argv], { maxBuffer: 64 * 1024 * 1024 })).stdout;
  await run('ip', 'link', 'set', 'lo', 'up');
  const prober = spawn(
    inside[0]!,
    [...inside.slice(1), process.execPath, join(import.meta.dirname, 'prober.mjs'), name],
    // Ctrl-C is for whoever started the tests: it hears of that by the end of its input, and takes all of it away.
    { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
  );
  const ask = asker(prober);
  let holds = 0;
  return {
    name,
    shell: { ...local, run: (argv, options) => local.run([...inside, ...argv], options) },
    run,
    listen: async ({ protocol = 'tcp', ...to }) => void (await ask('listen', { protocol, ...to })),
    reach: async ({ protocol = 'tcp', patience = SILENCE_MS, ...to }) =>
      (await ask('reach', { protocol, patience, ...to })) as 'open' | 'refused' | 'silent',
    async hold(to) {
      const held = { name: holds++ };
      await ask('hold', { ...held, ...to });
      return {
        say: (text) => ask('say', { ...held, text }),
        heard: async () => Number(await ask('heard', held)),
      };
    },
    async remove() {
      await local.close();
      if (prober.exitCode === null && prober.signalCode === null) {
        const gone = once(prober, 'exit');
        prober.stdin.end();
        await gone;
      }
      if (prober.exitCode !== 0) throw new Error(`${name} is not removed`);
    },
  };
}

/** One question at a time or many: each gets its own answer. */
function asker(prober: ChildProcess) {
  const waiting = new Map<number, { resolve(answer: string): void; reject(error: Error): void }>();
  let next = 0;
  createInterface({ input: prober.stdout! }).on('line', (line) => {
    const { id, answer, error } = JSON.parse(line);
    const one = waiting.get(id)!;
    waiting.delete(id);
    if (error === undefined) one.resolve(answer);
    else one.reject(new Error(error));
  });
  prober.once('exit', () => {
    for (const one of waiting.values()) one.reject(new Error('the namespace is gone'));
  });
  return (action: string, words: object): Promise<string> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      prober.stdin!.write(`${JSON.stringify({ id, action, ...words })}\n`);
    });
}
