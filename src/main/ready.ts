/** Tells a service manager that a daemon is up, sd_notify(3): what is to start after it need not start before. */
import { hostname } from 'node:os';
import { localShell } from '../adapters/local/shell.ts';
import type { Log } from '../log.ts';

const PATIENCE_MS = 10_000;

/** Resolves when systemd knows; where nobody asked to be told, at once. Never rejects: the daemon is up all the same. */
export async function tellReady(log: Log): Promise<void> {
  if (!process.env.NOTIFY_SOCKET) return;
  const shell = localShell({ host: hostname() });
  try {
    await shell.run(['systemd-notify', '--ready'], { timeout: PATIENCE_MS });
  } catch (err) {
    log.warn({ err }, 'systemd could not be told that the agent is up');
  } finally {
    await shell.close();
  }
}
