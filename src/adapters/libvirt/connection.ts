/** Runs virsh on a host, and says in Muster's words what libvirt says. */
import { MusterError } from '../../errors.ts';
import { printable, type RunOptions, type Shell } from '../../shell.ts';
import { complaintIn } from './commands.ts';

/** How long libvirt may take for one thing, ms. */
const VIRSH_MS = 60_000;

/** Why virsh refused. */
type Refusal = 'down' | 'nodomain' | 'idle' | 'active' | 'nometadata' | 'there' | 'other';

const REFUSALS: [Refusal, RegExp][] = [
  ['down', /failed to connect to the hypervisor/],
  ['nodomain', /failed to get domain|Domain not found/],
  ['idle', /domain is not running/],
  ['active', /already active|is already running/],
  ['nometadata', /metadata not found/],
  ['there', /exists already|already exists/],
];

const refusalOf = (lines: readonly string[]): Refusal =>
  REFUSALS.find(([, pattern]) => lines.some((line) => pattern.test(line)))?.[0] ?? 'other';

export class LibvirtConnection {
  readonly #shell: Shell;
  readonly #signal: AbortSignal | undefined;

  constructor(shell: Shell, signal?: AbortSignal) {
    this.#shell = shell;
    this.#signal = signal;
  }

  /** What it printed. Rejects with `vm.nolibvirt` or `vm.refused`. */
  async run(argv: readonly string[], more: Pick<RunOptions, 'stdin' | 'keep'> = {}): Promise<string> {
    return (await this.unless([], argv, more)) as string;
  }

  /** What it printed; undefined where it refused for one of these reasons. Rejects as `run` does. */
  async unless(
    fine: readonly Refusal[],
    argv: readonly string[],
    more: Pick<RunOptions, 'stdin' | 'keep'> = {},
  ): Promise<string | undefined> {
    const { host } = this.#shell;
    try {
      const { stdout } = await this.#shell.run(argv, {
        ...{ env: { LC_ALL: 'C' }, timeout: VIRSH_MS, signal: this.#signal, ...more },
      });
      return stdout;
    } catch (error) {
      if (!(error instanceof MusterError) || error.code !== 'shell.exit') throw error;
      const { lines } = error;
      const refusal = refusalOf(lines);
      if (fine.includes(refusal)) return undefined;
      const message = printable(complaintIn(lines)).slice(0, 300);
      const code = refusal === 'down' ? 'vm.nolibvirt' : 'vm.refused';
      throw new MusterError(code, { host, message }, { cause: error, lines });
    }
  }
}
