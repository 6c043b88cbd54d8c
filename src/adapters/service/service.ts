/** Long-lived programs of one host: through systemd where it runs, else started directly. */
import { dirname } from 'node:path/posix';
import type { RunOptions } from '../../shell.ts';
import { defineAdapter, noOptions } from '../adapter.ts';
import { bootedArgv, type Daemon, daemonArgv, enableArgv, tailArgv } from './commands.ts';

type Watch = Pick<RunOptions, 'onLine' | 'signal'>;

export const service = defineAdapter({
  name: 'service',
  about: 'Long-lived programs, with or without systemd',
  options: noOptions,
  open: ({ shell }) => ({
    /** Whether systemd runs the host. */
    async systemd(): Promise<boolean> {
      return (await shell.run(bootedArgv(), { accept: [0, 1] })).code === 0;
    },
    /** Starts a systemd unit now and at every boot. Needs root. */
    async enable(unit: string, watch: Watch = {}): Promise<void> {
      await shell.run(enableArgv(unit), watch);
    },
    /** Starts a daemon that outlives this shell, unless its process lives; does not wait until it is ready. */
    async launch(daemon: Daemon, watch: Watch = {}): Promise<void> {
      const folders = [...new Set([dirname(daemon.pidFile), dirname(daemon.log)])];
      await shell.run(['mkdir', '--parents', '--', ...folders], watch);
      await shell.run(daemonArgv(daemon), watch);
    },
    /** What a daemon said last; empty where it has no log. */
    async lastLines(log: string, lines = 20): Promise<string[]> {
      const { stdout } = await shell.run(tailArgv(log, lines), { accept: [0, 1] });
      return stdout.split('\n').filter((line) => line !== '');
    },
  }),
});
