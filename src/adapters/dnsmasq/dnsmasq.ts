/** dnsmasq on one host: DHCP and TFTP for machines that boot. */
import { PassThrough } from 'node:stream';
import { MusterError } from '../../errors.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';

/**
 * Ends it once nobody holds the standard input any more, however whoever held it ended: dnsmasq itself would stay, as the kernel forgets
 * the signal for a lost parent where a program gives up its rights. Each line is a SIGHUP.
 */
const WATCHED = `exec 3<&0
"$@" </dev/null &
child=$!
{ while read -r line <&3; do kill -HUP "$child"; done; kill -TERM "$child"; } &
watch=$!
wait "$child"
code=$?
kill "$watch" 2>/dev/null
exit "$code"`;

/** It is kept in the foreground, and reads no settings but these. */
export const runArgv = (config: string): string[] => [
  ...['sh', '-c', WATCHED, 'sh'],
  ...['dnsmasq', '--keep-in-foreground', `--conf-file=${config}`],
];

export const testArgv = (config: string): string[] => ['dnsmasq', '--test', `--conf-file=${config}`];

/** One that runs. */
export interface Running {
  /** Rejects once it ended, whatever it ended with: with `boot.dnsmasq` where that was by itself. */
  ended: Promise<never>;
  /** Has it read its file of fixed addresses again. */
  reload(): void;
}

export const dnsmasq = defineAdapter({
  name: 'dnsmasq',
  about: 'DHCP and TFTP for machines that boot',
  options: noOptions,
  open: ({ shell }: { shell: Shell }) => ({
    /** Starts it with a file of settings. It ends with `signal`, and with this process. */
    start(config: string, { signal, onLine }: Pick<RunOptions, 'signal' | 'onLine'>): Running {
      const stdin = new PassThrough();
      const run = shell.run(runArgv(config), { stdin, signal, onLine, keep: 16 * 1_024, accept: [] });
      const ended = run.then(
        () => Promise.reject(new TypeError('no end is accepted')),
        (error) => Promise.reject(named(shell, error)),
      );
      return { ended, reload: () => void stdin.write('\n') };
    },
    /** Rejects with `shell.exit` where it does not understand a file of settings. */
    async test(config: string): Promise<void> {
      await shell.run(testArgv(config));
    },
    /** Its version, like `2.90`. */
    async version(): Promise<string> {
      const { stdout } = await shell.run(['dnsmasq', '--version']);
      return /version (\S+)/.exec(stdout)?.[1] ?? '';
    },
  }),
  probe: (server) => server.version(),
});

/** What it said last, instead of what the program said that watches over it. */
function named(shell: Shell, error: unknown): unknown {
  if (!(error instanceof MusterError) || !['shell.exit', 'shell.signal'].includes(error.code)) return error;
  if (error.facts.code === 127)
    return new MusterError('shell.notfound', { program: 'dnsmasq', host: shell.host }, { cause: error });
  const words = error.lines.findLast((line) => /^dnsmasq(?:\[\d+\])?: (?!started|compile)/.test(line));
  const message = words?.replace(/^dnsmasq(?:\[\d+\])?: /, '') ?? `${error.facts.code ?? error.facts.signal}`;
  return new MusterError(
    'boot.dnsmasq',
    { message: printable(message).slice(0, 200) },
    { cause: error, lines: error.lines.slice(-5) },
  );
}
