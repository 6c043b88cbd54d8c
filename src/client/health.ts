/** Says to the hub how the app is: as it was told on the command line, or as a command or an address says again and again. */
import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubReport } from '../hub.ts';
import { type Connection, refusalOf } from './connection.ts';

/** How long a check may take, ms. */
const CHECK_MS = 10_000;
/** How much of what a check prints is its detail, characters. */
const DETAIL = 300;

type Verdict = Pick<NonNullable<HubReport['checks']>[number], 'status' | 'detail'>;

/** Tells the hub. Rejects with why it does not take it. */
export async function report(
  connection: Pick<Connection, 'ask'>,
  told: HubReport,
  signal?: AbortSignal,
): Promise<void> {
  const reply = await connection.ask({
    method: 'POST',
    path: '/v1/health',
    body: JSON.stringify(told),
    headers: { 'Content-Type': 'application/json' },
    within: CHECK_MS,
    signal,
  });
  if (reply.status >= 300) throw new Error(refusalOf(reply));
}

/** Asks how the app is, and tells it, until the signal. A report that does not arrive is not told later: the next one is newer. */
export async function watchHealth(
  connection: Pick<Connection, 'ask'>,
  { check, every }: { check: string; every: number },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const verdict = await (/^http:\/\//.test(check) ? byAddress(check) : byCommand(check));
    if (signal.aborted) return;
    const told = {
      status: verdict.status,
      ttl: Math.max(3 * every, 5_000),
      checks: [{ name: 'app', ...verdict }],
    };
    await report(connection, told, signal).catch(() => {});
    await sleep(every, undefined, { signal }).catch(() => {});
  }
}

/** Healthy where a command of sh(1) ends with 0; what it printed last is the detail. */
function byCommand(command: string): Promise<Verdict> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        text = (text + chunk.toString('utf8')).slice(-DETAIL);
      });
    const late = setTimeout(() => end(child.pid), CHECK_MS);
    child.once('error', (error) => resolve({ status: 'unhealthy', detail: error.message }));
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      end(child.pid);
      const detail = text.trim() || `${signal ?? code}`;
      resolve({ status: code === 0 ? 'healthy' : 'unhealthy', detail });
    });
  });
}

/** Ends what a check started, with all that it started. */
function end(pid: number | undefined): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

/** Healthy where an address answers with 2xx or 3xx. */
function byAddress(address: string): Promise<Verdict> {
  return new Promise((resolve) => {
    const asked = get(address, { timeout: CHECK_MS }, (response) => {
      const { statusCode = 0 } = response;
      response.resume();
      resolve({
        status: statusCode >= 200 && statusCode < 400 ? 'healthy' : 'unhealthy',
        detail: `HTTP ${statusCode}`,
      });
    });
    asked.on('timeout', () => asked.destroy(new Error('ETIMEDOUT')));
    asked.on('error', (error) => resolve({ status: 'unhealthy', detail: error.message }));
  });
}
