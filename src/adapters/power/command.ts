/** Switches a machine by programs that the configuration names: a relay, a socket strip, a script of somebody's own. */
import { MusterError } from '../../errors.ts';
import { type Patience, type Power, type PowerState, settled } from '../../power.ts';
import type { Shell } from '../../shell.ts';

const PROGRAM_MS = 120_000;

export interface CommandTarget {
  machine: string;
  onArgv: readonly string[];
  offArgv: readonly string[];
  /** Prints `on` or `off`; without it nobody can tell. */
  statusArgv?: readonly string[];
}

/** The power of a machine that such programs switch. They are told its name as `MACHINE`. */
export function command(shell: Shell, target: CommandTarget, patience: Patience): Power {
  const { machine, onArgv, offArgv, statusArgv } = target;
  const run = (argv: readonly string[]) =>
    shell.run(argv, { env: { MACHINE: machine }, timeout: PROGRAM_MS, signal: patience.signal });
  const status = async (): Promise<PowerState> => {
    if (!statusArgv) return 'unknown';
    const said = (await run(statusArgv)).stdout.trim().toLowerCase();
    if (said === 'on' || said === 'off') return said;
    throw new MusterError('power.unreadable', { machine, address: statusArgv[0] });
  };
  const become = async (wanted: 'on' | 'off', argv: readonly string[]): Promise<void> => {
    if ((await status()) === wanted) return;
    await run(argv);
    if (statusArgv) await settled(machine, wanted, status, patience);
  };
  return {
    status,
    on: () => become('on', onArgv),
    off: () => become('off', offArgv),
    async cycle() {
      await become('off', offArgv);
      await become('on', onArgv);
    },
    bootFromNetworkOnce: async () => false,
  };
}
