/** QEMU on one host: a machine for trying what machines boot. */
import type { Output, RunOptions } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { type Guest, startArgv, versionArgv } from './commands.ts';

export const qemu = defineAdapter({
  name: 'qemu',
  about: 'Machines that images are tried in before they are promoted',
  options: noOptions,
  open: ({ shell }) => ({
    /** Runs a guest until `signal` ends it; rejects as programs do where it cannot go on. `onLine` hears its console (`stdout`) and QEMU itself. */
    run: (guest: Guest, { signal, onLine }: Pick<RunOptions, 'signal' | 'onLine'>): Promise<Output> =>
      // Its console is heard line by line: of all that nothing has to be kept.
      shell.run(startArgv(guest), { signal, onLine, keep: 16 * 1_024 }),
    /** Its version, like `7.2.22`. */
    async version(): Promise<string> {
      const { stdout } = await shell.run(versionArgv());
      return /version (\S+)/.exec(stdout)?.[1] ?? '';
    },
  }),
  probe: (machine) => machine.version(),
});
