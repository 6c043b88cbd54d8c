/** A scripted `Shell` for tests of what is built on one. It is strict: a program that nobody scripted is an error. */
import { once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Capture } from '../../src/capture.ts';
import { checkWords, conclude, factsOf, stopError, watchForStop } from '../../src/ending.ts';
import { MusterError } from '../../src/errors.ts';
import { type Output, quote, type RunOptions, type Shell, type Survivor } from '../../src/shell.ts';

/** What a test asked the shell to run. */
export interface Call {
  argv: readonly string[];
  /** What the program could read; undefined where it got nothing. */
  stdin: string | undefined;
  cwd: string | undefined;
  env: Record<string, string>;
  mark: string | undefined;
}

/** How a scripted program behaves; by default it ends at once with code 0 and no output. */
export interface Scripted {
  stdout?: string | Buffer;
  stderr?: string | Buffer;
  code?: number;
  /** The program is ended by this signal instead of a code. */
  signal?: NodeJS.Signals;
  /** Milliseconds until its output and its end; `Infinity` runs until it is ended. */
  delay?: number;
  /** What goes wrong before it runs. */
  missing?: 'program' | 'folder';
}

type Answer = Scripted | ((call: Call) => Scripted | Promise<Scripted>);

export interface FakeOptions {
  host?: string;
  /** Answers by command line (words quoted as `quote` does), or a function; undefined means nobody scripted it. */
  programs?: Record<string, Answer> | ((call: Call) => Scripted | undefined | Promise<Scripted | undefined>);
  /** What listens on unix sockets, by path. */
  sockets?: Record<string, () => Duplex | Promise<Duplex>>;
  /** What a sweep cannot end, by mark. */
  survivors?: Record<string, Survivor[]>;
}

export interface FakeShell extends Shell {
  /** Every run, oldest first. */
  readonly calls: readonly Call[];
  /** Every mark that was swept, oldest first. */
  readonly swept: readonly string[];
}

/** A shell that only does what the test scripted. */
export function fakeShell(options: FakeOptions = {}): FakeShell {
  const { host = 'fake', sockets = {}, survivors = {} } = options;
  const calls: Call[] = [];
  const swept: string[] = [];
  const closing = new AbortController();
  const running = new Map<Promise<Output>, { mark: string | undefined; sweep: AbortController }>();

  const view = (mark?: string): FakeShell => ({
    host,
    calls,
    swept,
    run(argv, run = {}) {
      const sweep = new AbortController();
      const env = { ...run.env, ...(mark === undefined ? {} : { MUSTER_MARK: mark }) };
      const result = (async () => {
        checkWords(argv, run);
        const call = { argv, stdin: await readAll(run.stdin), cwd: run.cwd, env, mark };
        calls.push(call);
        return play(host, call, await answer(options.programs, call), run, [closing.signal, sweep.signal]);
      })();
      running.set(result, { mark, sweep });
      return result.finally(() => running.delete(result));
    },
    async connect(path) {
      const open = Object.hasOwn(sockets, path) ? sockets[path] : undefined;
      if (open) return open();
      throw Object.assign(new Error(`connect ECONNREFUSED ${path}`), { code: 'ECONNREFUSED' });
    },
    marked: view,
    async sweep(name) {
      swept.push(name);
      const marked = [...running].filter(([, one]) => one.mark === name);
      for (const [, { sweep }] of marked) sweep.abort();
      await Promise.allSettled(marked.map(([result]) => result));
      return survivors[name] ?? [];
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running.keys());
    },
  });
  return view();
}

async function answer(programs: FakeOptions['programs'], call: Call): Promise<Scripted> {
  const line = call.argv.map(quote).join(' ');
  if (typeof programs === 'function') {
    const scripted = await programs(call);
    if (scripted) return scripted;
  } else if (programs && Object.hasOwn(programs, line)) {
    const scripted = programs[line] as Answer;
    return typeof scripted === 'function' ? scripted(call) : scripted;
  }
  throw new Error(`nobody scripted: ${line}`);
}

async function play(
  host: string,
  { argv, cwd }: Call,
  scripted: Scripted,
  options: RunOptions,
  [closing, swept]: [AbortSignal, AbortSignal],
): Promise<Output> {
  if (scripted.missing === 'program') throw new MusterError('shell.notfound', factsOf(host, argv));
  if (scripted.missing === 'folder') throw new MusterError('shell.folder', { host, folder: cwd });
  const capture = new Capture(options);
  const stop = new AbortController();
  const release = watchForStop(options, closing, (why) =>
    stop.abort(stopError(why, host, argv, options, capture.lines)),
  );
  const ended = AbortSignal.any([stop.signal, swept]);
  try {
    if (scripted.delay === Number.POSITIVE_INFINITY && !ended.aborted) await once(ended, 'abort');
    else await sleep(scripted.delay ?? 0, undefined, { signal: ended }).catch(() => {});
    if (stop.signal.aborted) throw stop.signal.reason;
    if (swept.aborted) return conclude({ code: null, signal: 'SIGTERM' }, host, argv, options, capture);
    for (const stream of ['stdout', 'stderr'] as const) {
      capture.take(stream, Buffer.from(scripted[stream] ?? ''));
    }
    capture.end();
    const code = scripted.signal === undefined ? (scripted.code ?? 0) : null;
    return conclude({ code, signal: scripted.signal ?? null }, host, argv, options, capture);
  } finally {
    release();
  }
}

async function readAll(stdin: string | Buffer | Readable | undefined): Promise<string | undefined> {
  if (stdin === undefined || typeof stdin === 'string') return stdin;
  if (Buffer.isBuffer(stdin)) return stdin.toString();
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
