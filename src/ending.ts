/** How running a program ends, the same for every link: what stops it, and which error its end is. */
import { setMaxListeners } from 'node:events';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Capture } from './capture.ts';
import { MusterError } from './errors.ts';
import { messages } from './messages/messages.ts';
import { type Output, printable, type RunOptions } from './shell.ts';
import { humanDuration } from './units.ts';

/** Why a running program has to be ended. */
export type Stop = 'aborted' | 'timeout';

/** How a program ended by itself. */
export interface Ending {
  code: number | null;
  signal: string | null;
}

const QUIET_MS = 2_000;
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls `stop` once when the caller aborts, the link closes or the time is up; the returned function stops watching. */
export function watchForStop(
  { signal, timeout }: Pick<RunOptions, 'signal' | 'timeout'>,
  closing: AbortSignal,
  stop: (why: Stop) => void,
): () => void {
  const signals = signal === undefined ? [closing] : [closing, signal];
  const aborted = () => finish('aborted');
  const release = () => {
    clearTimeout(timer);
    for (const one of signals) one.removeEventListener('abort', aborted);
  };
  const finish = (why: Stop) => {
    release();
    stop(why);
  };
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => finish('timeout'), Math.max(1, Math.min(timeout, LONGEST_TIMER)));
  // One signal may stop any number of programs.
  setMaxListeners(0, ...signals);
  for (const one of signals) one.addEventListener('abort', aborted, { once: true });
  if (signals.some((one) => one.aborted)) finish('aborted');
  return release;
}

/** Resolves when nothing was seen for two seconds: what a program left in the background may hold its streams open for ever. */
export async function quiet(lastSeen: () => number): Promise<void> {
  const start = Date.now();
  do await sleep(100, undefined, { ref: false });
  while (Date.now() - Math.max(lastSeen(), start) < QUIET_MS);
}

/** What error messages say about a program: its name and host. */
export const factsOf = (host: string, argv: readonly string[]) => ({
  host,
  program: printable(basename(argv[0] ?? '')),
});

/** The error of a program that was ended on purpose. */
export function stopError(
  why: Stop,
  host: string,
  argv: readonly string[],
  options: RunOptions,
  lines: readonly string[] = [],
): MusterError {
  const facts = factsOf(host, argv);
  if (why === 'aborted') return new MusterError('shell.aborted', facts, { lines });
  return new MusterError(
    'shell.timeout',
    { ...facts, limit: humanDuration(options.timeout ?? 0) },
    { lines },
  );
}

/** The output of a program that ended by itself, or the error its end is: `shell.signal`, `host.diskfull` or `shell.exit`. */
export function conclude(
  ending: Ending,
  host: string,
  argv: readonly string[],
  options: RunOptions,
  capture: Capture,
): Output {
  const facts = factsOf(host, argv);
  const lines = [...capture.lines];
  if (ending.code === null) {
    throw new MusterError(
      'shell.signal',
      { ...facts, signal: ending.signal ?? messages().reasons.aSignal },
      { lines },
    );
  }
  const output = capture.output(ending.code);
  if ((options.accept ?? [0]).includes(ending.code)) return output;
  if (output.stderr.includes('No space left on device')) {
    throw new MusterError('host.diskfull', { ...facts, code: ending.code }, { lines });
  }
  throw new MusterError(
    'shell.exit',
    { ...facts, code: ending.code, message: lastWords(output.stderr) },
    { lines },
  );
}

/** The last line with text on it, short enough for a message. */
function lastWords(text: string): string | undefined {
  const line = text
    .slice(-4_096)
    .split('\n')
    .findLast((candidate) => candidate.trim() !== '');
  return line === undefined ? undefined : printable(line.trim().slice(0, 200));
}

/** Refuses what no operating system can start: no program, or a NUL inside a word. */
export function checkWords(argv: readonly string[], options: RunOptions): void {
  if (argv[0] === undefined || argv[0] === '') throw new TypeError('argv[0] is the program');
  if (argv[0].startsWith('-')) throw new TypeError('a program does not start with a dash');
  const words = [...argv, options.cwd ?? '', ...Object.entries(options.env ?? {}).flat()];
  if (words.some((word) => word.includes('\0'))) throw new TypeError('a word must not contain NUL');
  const names = Object.keys(options.env ?? {});
  const bad = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (bad !== undefined) throw new TypeError(`not a name of an environment variable: ${printable(bad)}`);
}
