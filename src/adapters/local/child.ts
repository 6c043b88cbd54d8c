/** Keeps a child process running: started again with a pause whenever it ends, and ended with its parent. */
import { type ChildProcess, spawn } from 'node:child_process';

/** How long until it is started again, ms: twice as long each time, unless it ran well meanwhile. */
const PAUSE_MS = { first: 500, most: 30_000 };
/** Who ran for so long had begun well, ms. */
const WELL_MS = 60_000;
/** How long it may take to end once it is told to, ms. */
const GRACE_MS = 10_000;

export interface ChildParts {
  argv: readonly string[];
  /** What it has in its environment unless the parent has that. */
  env?: Readonly<Record<string, string>>;
  /** What it says over the channel between the two: plain data. */
  onMessage(message: unknown): void;
  /** Told of each end that nobody asked for, and in how many ms it is started again. */
  onEnd(how: { code: number | null; signal: NodeJS.Signals | null; pause: number }): void;
  pause?: Partial<typeof PAUSE_MS>;
}

export interface KeptChild {
  /** Ends it, and starts it no more. */
  close(): Promise<void>;
}

/**
 * Starts a program of Node that is told by its channel (`process.on('disconnect')`) when its parent is gone, however that
 * ended. Its standard error is the parent's.
 */
export function keepRunning(parts: ChildParts): KeptChild {
  const { argv, onMessage, onEnd } = parts;
  const { first, most } = { ...PAUSE_MS, ...parts.pause };
  const { MUSTER_MARK: _, ...env } = process.env;
  let child: ChildProcess | undefined;
  let again: NodeJS.Timeout | undefined;
  let pause = first;
  let closing = false;
  const start = () => {
    const since = performance.now();
    const one = spawn(argv[0] as string, argv.slice(1), {
      env: { ...parts.env, ...env },
      // Ctrl-C is for the parent, which then ends it in order.
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child = one;
    one.on('message', onMessage);
    // What ends while it is spoken to is told by its end.
    one.on('error', () => {});
    one.once('close', (code, signal) => {
      child = undefined;
      if (closing) return;
      if (performance.now() - since >= WELL_MS) pause = first;
      onEnd({ code, signal, pause });
      again = setTimeout(start, pause);
      pause = Math.min(most, pause * 2);
    });
  };
  start();
  return {
    async close() {
      closing = true;
      clearTimeout(again);
      const one = child;
      if (!one || one.exitCode !== null || one.signalCode !== null) return;
      const gone = new Promise((resolve) => one.once('close', resolve));
      one.kill('SIGTERM');
      const late = setTimeout(() => one.kill('SIGKILL'), GRACE_MS);
      await gone;
      clearTimeout(late);
    },
  };
}
