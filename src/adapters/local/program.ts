/** Runs one program on this machine, in a session and process group of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Capture } from '../../capture.ts';
import { checkWords, conclude, type Ending, factsOf, quiet, stopError, watchForStop } from '../../ending.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Output, RunOptions } from '../../shell.ts';
import { endGroup } from './group.ts';

/** Where a program runs: the host's name for messages, its environment, and what ends all programs at once. */
export interface Place {
  host: string;
  env: NodeJS.ProcessEnv;
  closing: AbortSignal;
}

/** Runs it to its end; see `Shell.run` for the errors. */
export async function runProgram(
  argv: readonly string[],
  options: RunOptions,
  place: Place,
): Promise<Output> {
  const { host } = place;
  checkWords(argv, options);
  if (options.signal?.aborted || place.closing.aborted) throw stopError('aborted', host, argv, options);
  if (options.cwd !== undefined) await checkFolder(options.cwd, host);
  const capture = new Capture(options);
  const child = spawn(argv[0] as string, argv.slice(1), {
    cwd: options.cwd,
    env: place.env,
    detached: true,
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const stopped = new Stopper(child, host);
  const release = watchForStop(options, place.closing, (why) =>
    stopped.stop(() => stopError(why, host, argv, options, capture.lines)),
  );
  let lastSeen = 0;
  for (const stream of ['stdout', 'stderr'] as const) {
    const source = child[stream];
    source?.on('data', (chunk: Buffer) => {
      lastSeen = Date.now();
      stopped.guard(() => capture.take(stream, chunk));
      // Others have their turn between two chunks of a program that prints without end.
      source.pause();
      setImmediate(() => source.resume());
    });
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  feed(child, options.stdin, (error) => stopped.stop(() => error));
  try {
    const ending = await exit(child).catch((error) => {
      throw startError(error, argv, host);
    });
    await Promise.race([closed, quiet(() => lastSeen), stopped.done]);
    stopped.guard(() => capture.end());
    await stopped.verdict();
    return conclude(ending, host, argv, options, capture);
  } finally {
    release();
    child.stdout?.destroy();
    child.stderr?.destroy();
    if (typeof options.stdin === 'object' && 'pipe' in options.stdin) options.stdin.destroy();
  }
}

/** Ends the group once, for the first reason given, and tells when it is gone. */
class Stopper {
  readonly #child: ChildProcess;
  readonly #host: string;
  readonly done: Promise<void>;
  #reason: (() => unknown) | undefined;
  #resolve: () => void = () => {};
  #survivors: string[] = [];

  constructor(child: ChildProcess, host: string) {
    this.#child = child;
    this.#host = host;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  stop(reason: () => unknown): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const group = this.#child.pid;
    void (group === undefined ? Promise.resolve([]) : endGroup(group)).then((left) => {
      this.#survivors = left.map(({ pid, command }) => `${pid} ${command}`);
      this.#resolve();
    });
  }

  /** Runs what belongs to the caller (`onLine`); what it throws ends the program. */
  guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.stop(() => error);
    }
  }

  /** Rejects with the reason, once the group is gone; resolves where nobody stopped it. */
  async verdict(): Promise<void> {
    if (this.#reason === undefined) return;
    await this.done;
    if (this.#survivors.length > 0) {
      throw new MusterError('shell.survivors', { host: this.#host, survivors: this.#survivors.join(', ') });
    }
    throw this.#reason();
  }
}

const exit = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

function feed(child: ChildProcess, stdin: RunOptions['stdin'], fail: (error: Error) => void): void {
  if (child.stdin === null || stdin === undefined) return;
  // EPIPE: the program does not read what it is given, which is its right.
  child.stdin.on('error', () => {});
  if (typeof stdin === 'string' || Buffer.isBuffer(stdin)) {
    child.stdin.end(stdin);
    return;
  }
  const source: Readable = stdin;
  source.once('error', fail);
  source.pipe(child.stdin);
}

async function checkFolder(cwd: string, host: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (!found?.isDirectory()) throw new MusterError('shell.folder', { host, folder: cwd });
}

function startError(error: NodeJS.ErrnoException, argv: readonly string[], host: string): unknown {
  const facts = factsOf(host, argv);
  if (error.code === 'ENOENT') return new MusterError('shell.notfound', facts, { cause: error });
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const message = messages().reasons.mayNotStart(facts);
    return new MusterError('host.denied', { ...facts, message }, { cause: error });
  }
  return error;
}
