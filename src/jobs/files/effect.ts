/** What makes files take effect on a host, and whether they do: declared in the configuration, run without a shell. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFiles } from '../../adapters/host-files/host-files.ts';
import { type ErrorCode, MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { printable, quote, type Shell } from '../../shell.ts';
import type { Report } from '../step.ts';
import type { Delivery } from './input.ts';

/** Where the new file is, in the words of a check. */
const PLACE = '{file}';
/** From one look to the next, ms. */
const AGAIN_MS = 500;

/** Has a file's check look at it: with `{file}` while it lies beside, as `next`, else once it is in its place. Rejects with `files.check`. */
export async function check(
  { path, check: argv }: Pick<Delivery, 'path' | 'check'>,
  shell: Shell,
  next?: string,
): Promise<void> {
  if (!argv || argv.some((word) => word.includes(PLACE)) !== (next !== undefined)) return;
  const words = next === undefined ? argv : argv.map((word) => word.replaceAll(PLACE, next));
  await program(words, shell).catch((error) => {
    throw failed('files.check', { host: shell.host, path }, words, error);
  });
}

/** Has whoever reads these files take them over, each way once. Rejects with `files.apply`. */
export async function takeOver(
  files: readonly Delivery[],
  { shell, hostFiles }: { shell: Shell; hostFiles: HostFiles },
): Promise<void> {
  const done = new Set<string>();
  for (const { path, apply } of files) {
    const way = JSON.stringify(apply);
    if (!apply || done.has(way)) continue;
    done.add(way);
    const { signal, pidFile = '', run, reload, restart } = apply;
    const words = run ?? [signal ?? '', reload ?? restart ?? pidFile];
    try {
      if (run) await program(run, shell);
      else if (reload) await hostFiles.reload(reload);
      else if (restart) await hostFiles.restart(restart);
      else if (signal) await hostFiles.signal(signal, await processIn(pidFile, shell));
    } catch (error) {
      throw failed('files.apply', { host: shell.host, path }, words, error);
    }
  }
}

/** Waits until the programs that tell whether a host is well with these files succeed. Rejects with `files.unhealthy`. */
export async function healthy(
  files: readonly Delivery[],
  { shell, signal, report }: { shell: Shell; signal: AbortSignal; report: Report },
): Promise<void> {
  const seen = new Set<string>();
  for (const { path, healthy: argv, within } of files) {
    if (!argv || seen.has(JSON.stringify(argv))) continue;
    seen.add(JSON.stringify(argv));
    const deadline = performance.now() + within;
    for (;;) {
      signal.throwIfAborted();
      try {
        await program(argv, shell, signal);
        break;
      } catch (error) {
        signal.throwIfAborted();
        if (performance.now() >= deadline)
          throw failed('files.unhealthy', { host: shell.host, path }, argv, error);
      }
      report.line(quoted(argv));
      await sleep(Math.min(AGAIN_MS, Math.max(0, deadline - performance.now())), undefined, { signal });
    }
  }
}

const program = (argv: readonly string[], shell: Shell, signal?: AbortSignal) =>
  shell.run(argv, { cwd: '/', env: { LC_ALL: 'C' }, timeout: 60_000, signal });

const quoted = (argv: readonly string[]): string => printable(argv.map(quote).join(' ')).slice(0, 200);

/** The process that a file names, if it lives. */
async function processIn(file: string, shell: Shell): Promise<string> {
  const { code, stdout } = await shell.run(['cat', '--', file], { accept: [0, 1], env: { LC_ALL: 'C' } });
  const pid = stdout.trim();
  if (code === 0 && /^[1-9]\d{0,9}$/.test(pid) && pid !== '1') return pid;
  throw new MusterError('internal', { message: messages().files.reasons.pid({ file }) });
}

/** What failed, with the last that the program said. */
function failed(
  code: ErrorCode,
  where: { host: string; path: string },
  argv: readonly string[],
  error: unknown,
): unknown {
  if (!(error instanceof MusterError)) return error;
  const ended: readonly ErrorCode[] = [
    'shell.exit',
    'shell.notfound',
    'shell.signal',
    'shell.timeout',
    'internal',
  ];
  if (!ended.includes(error.code)) return error;
  const last = error.lines.findLast((line) => line.trim() !== '');
  const said = error.code === 'internal' ? `${error.facts.message}` : (last ?? error.message);
  const message = printable(`${quoted(argv)}: ${said}`).slice(0, 300);
  return new MusterError(code, { ...where, message }, { cause: error, lines: error.lines });
}
