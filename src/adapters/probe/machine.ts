/** How a machine does, by what its kernel and its programs say: proc(5), df(1), date(1), systemctl(1). */
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanSize } from '../../units.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { type Finding, judged, type Limits } from './finding.ts';

export const machine = defineAdapter({
  name: 'machine',
  about: 'The kernel and the programs of a machine, as it does',
  options: noOptions,
  open: ({ shell }) => {
    const words = () => messages().health.probe;
    const read = async (file: string, signal?: AbortSignal): Promise<string> =>
      (await shell.run(['cat', '--', file], { signal })).stdout;
    return {
      /** How full the file system of a folder is, percent: of bytes or of files, whichever is more. */
      async disk(path: string, limits: Limits, signal?: AbortSignal): Promise<Finding> {
        const argv = ['df', '--output=pcent,ipcent,avail', '--block-size=1', '--', path];
        const { stdout } = await shell.run(argv, { signal });
        const [bytes, files, free] = figures(stdout.trim().split('\n').at(-1) ?? '');
        const full = Math.max(bytes ?? 0, files ?? 0);
        const detail = words().disk({ path, full: `${full}`, free: humanSize(free ?? 0) });
        return judged(full, limits, detail);
      },
      /** How much memory is taken, percent, without what the kernel gives back when it is asked for. */
      async memory(limits: Limits, signal?: AbortSignal): Promise<Finding> {
        const text = await read('/proc/meminfo', signal);
        const field = (name: string) =>
          Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1_024;
        const [total, free] = [field('MemTotal'), field('MemAvailable')];
        const used = total > 0 ? Math.round(100 * (1 - free / total)) : 0;
        return judged(used, limits, words().memory({ used: `${used}`, free: humanSize(free) }));
      },
      /** How much work waits for each processor, over five minutes. */
      async load(limits: Limits, signal?: AbortSignal): Promise<Finding> {
        const [text, processors] = [
          await read('/proc/loadavg', signal),
          await shell.run(['nproc'], { signal }),
        ];
        const [, five = 0] = text.split(' ').map(Number);
        const each = five / Math.max(1, Number(processors.stdout.trim()));
        return judged(each, limits, words().load({ each: each.toFixed(1) }));
      },
      /** What its clock shows, ms since the epoch. */
      async clock(signal?: AbortSignal): Promise<number> {
        const { stdout } = await shell.run(['date', '+%s%N'], { signal });
        return Number(stdout.trim()) / 1e6;
      },
      /** Whether a unit of systemd is active. */
      async unit(unit: string, signal?: AbortSignal): Promise<Finding> {
        const { stdout } = await shell.run(['systemctl', 'is-active', '--', unit], {
          signal,
          accept: [0, 1, 2, 3, 4],
        });
        const state = printable(stdout.trim()) || 'unknown';
        const passing = ['activating', 'reloading', 'deactivating'].includes(state);
        const status = state === 'active' ? 'healthy' : passing ? 'degraded' : 'unhealthy';
        return { status, detail: words().unit({ unit, state }) };
      },
      /** Whether a program ends well: 0 is healthy, 1 degraded, all else unhealthy, as monitoring plugins have it. */
      async command(argv: readonly string[], within: number, signal?: AbortSignal): Promise<Finding> {
        try {
          const { code, stdout } = await shell.run(argv, { signal, timeout: within, accept: [0, 1] });
          const said = printable(stdout.trim().split('\n', 1)[0] ?? '').slice(0, 200);
          return { status: code === 0 ? 'healthy' : 'degraded', detail: said || words().code({ code }) };
        } catch (error) {
          // What it printed last says more than its exit code.
          if (
            !(error instanceof MusterError) ||
            !['shell.exit', 'shell.signal', 'shell.timeout', 'shell.notfound'].includes(error.code)
          )
            throw error;
          return {
            status: 'unhealthy',
            detail: printable(error.lines.at(-1) ?? error.message).slice(0, 200),
          };
        }
      },
    };
  },
});

/** The numbers of a line, without signs beside them. */
const figures = (line: string): number[] =>
  line
    .trim()
    .split(/\s+/)
    .map((word) => Number.parseInt(word, 10) || 0);
