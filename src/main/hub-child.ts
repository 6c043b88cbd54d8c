/** The hub of `muster start`. */
import type { KeptChild } from '../adapters/local/child.ts';
import type { Alarms } from '../alarm.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import { keepService } from './service-child.ts';

export interface HubChildParts {
  config(): Pick<Config, 'hub'>;
  /** How it is started. */
  argv: readonly string[];
  alerts: Alarms;
  log: Log;
}

/** Keeps the hub running as long as the configuration has one. */
export const keepHub = ({ config, ...parts }: HubChildParts): KeptChild =>
  keepService({
    ...parts,
    name: 'hub',
    // Names that nobody answers for hold a thread of Node for as long as they are asked for; files need these, too.
    env: { UV_THREADPOOL_SIZE: '32' },
    wanted: () => config().hub.address !== undefined && config().hub.start,
    // Another manager's hub is up: this one waits for its turn.
    waits: ({ code, facts }) => code === 'hub.taken' && facts.where !== undefined,
    alarm(error, how) {
      const words = messages().alerts.hub;
      return {
        severity: 'critical',
        cause: 'hub.down',
        subject: 'hub/hub',
        summary: words.summary,
        over: words.over,
        lines: [error?.message ?? words.ended({ how })],
        hint: error?.hint ?? words.hint,
      };
    },
  });
