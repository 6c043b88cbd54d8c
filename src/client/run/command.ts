/** The command of a container: started, signalled, and its end told as a shell would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';

/** How a command ended, as an exit code: its own, or 128 and the number of the signal. */
export const codeOf = (code: number | null, signal: NodeJS.Signals | null): number =>
  code ?? 128 + (signal === null ? 0 : constants.signals[signal]);

/** What a shell gives where a command is not there, and where it cannot be run. */
export const NOT_FOUND = 127;
export const NOT_RUN = 126;

/** Every signal that a process may be sent and can pass on; those of a mistake in itself, and of a child's end, are its own. */
export const PASSED: readonly NodeJS.Signals[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGCONT',
  'SIGALRM',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
];

/** How long a command may take to end when it is started again, ms, and how long what it left may go on printing. */
const GRACE_MS = 10_000;
const QUIET_MS = 250;

export interface CommandParts {
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Takes what it prints; without it the command has the client's own output. */
  onOutput?(from: 'stdout' | 'stderr', chunk: Buffer): void;
}

export class Command {
  readonly child: ChildProcess;
  /** Its exit code, once it ended and what it printed is here. Rejects where it could not be started. */
  readonly ended: Promise<number>;

  constructor({ argv, env, onOutput }: CommandParts) {
    const output = onOutput ? 'pipe' : 'inherit';
    this.child = spawn(argv[0] as string, argv.slice(1), { env, stdio: ['inherit', output, output] });
    let last = 0;
    for (const from of ['stdout', 'stderr'] as const)
      this.child[from]?.on('data', (chunk: Buffer) => {
        last = performance.now();
        onOutput?.(from, chunk);
      });
    const closed = new Promise<void>((resolve) => this.child.once('close', () => resolve()));
    this.ended = new Promise<number>((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code, signal) => {
        // What it started may hold its output open, and is not waited for once it is quiet.
        const quiet = async () => {
          let before: number;
          do {
            before = last;
            await new Promise((done) => setTimeout(done, QUIET_MS));
          } while (last !== before);
        };
        void Promise.race([closed, quiet()]).then(() => resolve(codeOf(code, signal)));
      });
    });
    // Whoever waits for it is told; nobody may wait yet.
    this.ended.catch(() => {});
  }

  /** Passes a signal on; nothing happens where it ended. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it, at last by force. */
  async end(): Promise<void> {
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), GRACE_MS);
    await this.ended.catch(() => {});
    clearTimeout(late);
  }
}
