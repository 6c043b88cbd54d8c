/** The boot server of `muster start`. */
import type { KeptChild } from '../adapters/local/child.ts';
import type { Alarms } from '../alarm.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import { keepService } from './service-child.ts';

export interface BootChildParts {
  config(): Pick<Config, 'boot'>;
  /** How it is started. */
  argv: readonly string[];
  /** Whether a boot server looks after machines, here or elsewhere. */
  isThere(): Promise<boolean>;
  alerts: Alarms;
  log: Log;
}

/** Keeps the boot server running as long as the configuration has one. */
export const keepBoot = ({ config, isThere, ...parts }: BootChildParts): KeptChild =>
  keepService({
    ...parts,
    name: 'boot',
    wanted: () => config().boot.host !== undefined && config().boot.start,
    // Only the host with that address can have it: this may be another manager's.
    waits: async ({ code, facts }) => code === 'boot.taken' && facts.message === 'EADDRNOTAVAIL' && isThere(),
    alarm(error, how) {
      const words = messages().boot.down;
      return {
        severity: 'critical',
        cause: 'boot.down',
        subject: 'boot/boot',
        summary: words.server,
        over: words.serverOver,
        lines: [error?.message ?? words.ended({ how })],
        hint: error?.hint ?? words.serverHint,
      };
    },
  });
