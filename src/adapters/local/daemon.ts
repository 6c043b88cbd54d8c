/** Starts what has to outlive Muster: the embedded Redis server. */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';

/**
 * Starts a program in a session of its own, detached from Muster, writing to `logFile` (appended). It carries no mark,
 * so no sweep finds it. Resolves when it is started; rejects with `shell.notfound`.
 */
export async function launchDaemon(
  argv: readonly string[],
  options: { logFile: string; env?: Record<string, string>; cwd?: string },
): Promise<{ pid: number }> {
  const { MUSTER_MARK: _, ...inherited } = process.env;
  const log = await open(options.logFile, 'a', 0o600);
  try {
    const child = spawn(argv[0] as string, argv.slice(1), {
      cwd: options.cwd,
      env: { ...inherited, ...options.env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    return { pid: child.pid as number };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new MusterError(
      'shell.notfound',
      { program: argv[0], host: messages().answers.hosts.local },
      { cause: error },
    );
  } finally {
    await log.close();
  }
}
