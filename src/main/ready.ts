/** Tells a service manager that a daemon is up, sd_notify(3): what is to start after it need not start before. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Log } from '../log.ts';

/** Resolves when systemd knows; where nobody asked to be told, at once. Never rejects: the daemon is up all the same. */
export async function tellReady(log: Log): Promise<void> {
  if (!process.env.NOTIFY_SOCKET) return;
  try {
    await promisify(execFile)('systemd-notify', ['--ready']);
  } catch (err) {
    log.warn({ err }, 'systemd could not be told that the agent is up');
  }
}
