/** An agent of the built program in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;

export interface AgentProcess {
  child: ChildProcess;
  port: number;
  /** The fingerprint of its key. */
  key: string;
  /** What it holds in memory, MB. */
  memory(): Promise<number>;
  close(): Promise<void>;
}

/** `muster agent worker` in a folder, on a port of this machine; it trusts one manager. */
export async function startWorker(folder: string, trusted: string): Promise<AgentProcess> {
  const own = ['--state', join(folder, 'agent'), '--root', join(folder, 'root')];
  const args = [MAIN, 'agent', 'worker', ...own, '--listen', '127.0.0.1:0', '--trust', trusted];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    const [, port, key] = /:(\d+)\. .* (SHA256:\S+)/.exec(text) ?? [];
    if (port === undefined || key === undefined) continue;
    return {
      child,
      port: Number(port),
      key,
      async memory() {
        const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
      },
      async close() {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        if (child.exitCode === null && child.signalCode === null) await gone;
      },
    };
  }
  throw new Error(`The agent did not come up: ${text}`);
}
