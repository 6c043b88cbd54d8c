/** `hub run -- COMMAND`: the files first, then the command; what it prints goes on and to the hub; its exit code is kept. */
import type { WriteStream } from 'node:tty';
import { Files } from '../config/files.ts';
import { NotWritten } from '../config/write.ts';
import { Connection } from '../connection.ts';
import { report, watchHealth } from '../health.ts';
import type { Identities } from '../identity.ts';
import { Output } from '../log/output.ts';
import type { Settings } from '../settings.ts';
import type { Words } from '../words.ts';
import { apply } from './apply.ts';
import { type CommandParts, codeOf, NOT_FOUND, NOT_RUN, PASSED } from './command.ts';
import { Life } from './life.ts';

/** How long a command's end may take to be told, ms, and how long that counts. */
const TELL_MS = 1_000;
const ENDED_TTL_MS = 60_000;

export interface RunParts {
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  settings: Settings;
  /** Where the client may keep things, if anywhere. */
  state: string | undefined;
  /** Without one the command is only started. */
  identities: Identities | undefined;
  words: Words;
  out: { stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream };
}

/** Runs it to its end, and gives the exit code. */
export async function run(parts: RunParts): Promise<number> {
  const { argv, env, settings, identities, state, words, out } = parts;
  const say = (text: string) => void out.stderr.write(`${text}\n`);
  const life = new Life();
  for (const signal of PASSED) process.on(signal, () => life.signal(signal));
  // Nobody may read the container's output.
  for (const stream of [out.stdout, out.stderr]) stream.on('error', () => {});
  const ended = () => life.ended().catch((error) => notStarted(error, argv, words, say));
  if (!identities) {
    life.start({ argv, env });
    return ended();
  }
  const connection = new Connection(identities);
  const files = new Files({ connection, state, settings, words, say });
  try {
    await files.start(life.early);
  } catch (error) {
    if (!(error instanceof NotWritten)) throw error;
    say(error.message);
    return NOT_RUN;
  }
  if (life.endedEarly) return codeOf(null, life.endedEarly);
  const output = await openOutput(parts, connection, say);
  const command: CommandParts = { argv, env, ...(output && { onOutput: passOn(output, life, out) }) };
  const restart = () => {
    say(words.restarting);
    return life.again(command, () => output?.begin());
  };
  life.start(command);
  const stopped = new AbortController();
  const { signal: stop } = stopped;
  connection.keepFresh();
  const watching = [
    files.watch((what) => apply(what, { words, restart, signal: (one) => life.signal(one) }), stop),
    settings.health && watchHealth(connection, { check: settings.health, every: settings.healthEvery }, stop),
  ];
  const code = await ended();
  stopped.abort();
  const told = code === 0 ? undefined : tellEnd(connection, words, code);
  const left = await output?.drain(drainOf(settings, life.signalled));
  if (left?.kept) say(words.left({ lines: left.kept }));
  if (left?.lost) say(words.lost({ lines: left.lost }));
  await told;
  connection.close();
  await Promise.all([...watching, files.kept]);
  return code;
}

/** How long delivering may take, ms: what was told to end is killed after a while, and its command took some of that. */
function drainOf({ drain, stop }: Settings, signalled: number): number {
  // Whoever was signalled longer ago was not told to end by that.
  if (signalled > stop) return drain;
  return Math.max(0, Math.min(drain, stop - signalled - TELL_MS));
}

/** What the command prints goes to the hub, and on to whoever reads the container's output. */
function passOn(output: Output, life: Life, out: RunParts['out']): NonNullable<CommandParts['onOutput']> {
  return (from, chunk) => {
    output.take(from, chunk);
    const source = life.current?.child[from];
    source?.pause();
    let left = 2;
    const ready = () => {
      left -= 1;
      if (left === 0) source?.resume();
    };
    output.whenRoom(ready);
    // Whoever reads the container's output is slow; so is the command, then, as it would be without the client.
    if (out[from].write(chunk)) ready();
    else out[from].once('drain', ready);
  };
}

/** What a shell gives for a command that could not be started, which is said. */
function notStarted(
  { code, message }: NodeJS.ErrnoException,
  [command = '']: readonly string[],
  words: Words,
  say: (text: string) => void,
): number {
  const missing = code === 'ENOENT';
  say(missing ? words.noCommand({ command }) : words.notStarted({ command, message }));
  return missing ? NOT_FOUND : NOT_RUN;
}

/** Undefined where the command talks to a terminal, which it must keep, and where nothing can be kept. */
async function openOutput(
  { out, settings, state, words }: RunParts,
  connection: Connection,
  say: (text: string) => void,
): Promise<Output | undefined> {
  if ((out.stdout as WriteStream).isTTY) return undefined;
  try {
    if (state !== undefined)
      return await Output.open({ connection, state, spool: settings.spool, words, say });
  } catch {
    // Said below.
  }
  say(words.noRoom);
  return undefined;
}

/** An end that nobody asked for is a report: nothing else may say it as quickly. */
async function tellEnd(connection: Connection, words: Words, code: number): Promise<void> {
  const checks = [{ name: 'command', status: 'unhealthy' as const, detail: words.ended({ how: `${code}` }) }];
  const late = AbortSignal.timeout(TELL_MS);
  await report(connection, { status: 'unhealthy', ttl: ENDED_TTL_MS, checks }, late).catch(() => {});
}
