/** A whole Muster as users run it: the built program in processes of its own, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SayEvent } from '../../src/bot/console/socket.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;

export interface Said {
  exit: number;
  /** The parsed lines of `--json`. */
  events: SayEvent[];
  result: Extract<SayEvent, { type: 'result' }>;
}

export interface TestMuster {
  folder: string;
  /** Replaces the configuration's files: name, also `data/site.yml`, -> text. */
  configure(files: Record<string, string>): Promise<void>;
  /** Runs a subcommand to its end. */
  run(...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }>;
  /** `muster say --json`; `onEvent` sees each event as it comes. Aborting is Ctrl-C, and rejects. */
  say(line: string, onEvent?: (event: SayEvent) => void, signal?: AbortSignal): Promise<Said>;
  /** `muster start`, until it is up; with `pipe` lines can be typed to it. */
  start(stdin?: 'ignore' | 'pipe'): Promise<ChildProcess>;
  /** `muster hub`, until it is up. */
  hub(): Promise<ChildProcess>;
  /** `muster worker --host …`, until it is up. */
  worker(host: string): Promise<ChildProcess>;
  /** `muster agent worker` on a port of this machine, until it is up; it trusts this Muster. Started again, it is the same agent. */
  agent(): Promise<TestAgent>;
  /** Process id of the embedded Redis. */
  redisPid(): Promise<number>;
  stop(): Promise<void>;
}

/** An agent on this machine. */
export interface TestAgent {
  process: ChildProcess;
  port: number;
  /** The fingerprint of its key. */
  key: string;
}

/** A folder with a configuration; nothing runs yet. `more` goes into the environment; `inside` is written before each of its programs, like `nsenter …`. */
export async function openMuster(
  files: Record<string, string>,
  more: Record<string, string> = {},
  inside: readonly string[] = [],
): Promise<TestMuster> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-'));
  const children = new Set<ChildProcess>();
  const places = ['--config', join(folder, 'config'), '--state', join(folder, 'var')];
  const { REDIS_URL: _, ...own } = process.env;
  const env = { ...own, ...more };

  const launch = (args: string[], stdio: ('ignore' | 'pipe')[]) => {
    const [program, ...words] = [...inside, process.execPath, MAIN, ...args] as [string, ...string[]];
    const child = spawn(program, words, { stdio, env });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  let agentPort = 0;
  const up = async (args: string[], sign: RegExp, stdin: 'ignore' | 'pipe' = 'ignore') =>
    (await upWith(args, sign, stdin)).child;
  const upWith = async (args: string[], sign: RegExp, stdin: 'ignore' | 'pipe' = 'ignore') => {
    const child = launch(args, [stdin, 'pipe', 'ignore']);
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
    });
    while (!sign.test(text)) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`muster ${args[0]} ended: ${text}`);
      await sleep(20);
    }
    return { child, text };
  };
  const muster: TestMuster = {
    folder,
    async configure(next) {
      await rm(join(folder, 'config'), { recursive: true, force: true });
      await mkdir(join(folder, 'config'));
      for (const [name, text] of Object.entries(next)) {
        const file = join(folder, 'config', name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    },
    async run(...args) {
      const child = launch([...args, ...places], ['ignore', 'pipe', 'pipe']);
      const [stdout, stderr, exit] = await Promise.all([
        collect(child.stdout),
        collect(child.stderr),
        ended(child),
      ]);
      return { exit, stdout, stderr };
    },
    async say(line, onEvent = () => {}, signal) {
      const child = launch(['say', '--json', ...places, line], ['ignore', 'pipe', 'pipe']);
      signal?.addEventListener('abort', () => child.kill('SIGINT'));
      const events: SayEvent[] = [];
      let rest = '';
      child.stdout?.on('data', (chunk) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() as string;
        for (const text of lines) {
          const event = JSON.parse(text) as SayEvent;
          events.push(event);
          onEvent(event);
        }
      });
      const [stderr, exit] = await Promise.all([collect(child.stderr), ended(child)]);
      const result = events.at(-1);
      if (result?.type !== 'result') throw new Error(`${line}: exit ${exit}, no result: ${stderr}`);
      return { exit, events, result };
    },
    start: (stdin) => up(['start', ...places, '--log', join(folder, 'muster.log')], /Muster is up/, stdin),
    hub: () => up(['hub', ...places, '--log', join(folder, 'hub.log')], /listens on/),
    worker: (host) => up(['worker', ...places, '--host', host], /Serving/),
    async agent() {
      const trusted = (await muster.run('key')).stdout.trim();
      const own = ['--state', join(folder, 'agent'), '--root', join(folder, 'host')];
      const args = ['agent', 'worker', ...own, '--listen', `127.0.0.1:${agentPort}`, '--trust', trusted];
      const { child, text } = await upWith(args, /Its key is \S+/);
      agentPort = Number(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
      return { process: child, port: agentPort, key: /SHA256:\S+/.exec(text)?.[0] as string };
    },
    redisPid: async () => Number(await readFile(join(folder, 'var/redis/redis.pid'), 'utf8')),
    async stop() {
      for (const child of children) child.kill('SIGTERM');
      await Promise.all([...children].map(ended));
      const pid = await muster.redisPid().catch(() => 0);
      if (pid > 0) await end(pid);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await muster.configure(files);
  return muster;
}

/** A token that is in no other test's names. */
export const unique = (): string => randomUUID().slice(0, 8);

async function collect(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  if (stream) for await (const chunk of stream) text += String(chunk);
  return text;
}

/** A process's exit code once it is gone; -1 where a signal ended it. */
export function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? -1);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? -1)));
}

async function end(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGTERM');
    for (let tries = 0; tries < 100; tries += 1) {
      await sleep(50);
      process.kill(pid, 0);
    }
  } catch {
    // Gone.
  }
}
