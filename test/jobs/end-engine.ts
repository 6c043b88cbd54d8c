/** Ends the engine that a step started for a test. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineFor } from '../../src/adapters/dockerd/commands.ts';

/** Ends the engine whose files are under `root`, by its process id, and takes its network bridge away. */
export async function endEngine(root: string, socket: string): Promise<void> {
  const { pidFile, own } = engineFor({ socket, root });
  if (existsSync(pidFile)) {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    process.kill(pid, 'SIGTERM');
    for (let tries = 0; existsSync(`/proc/${pid}`) && tries < 200; tries += 1) await sleep(100);
    if (existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
  }
  if (own) spawnSync('ip', ['link', 'delete', own.bridge]);
}
