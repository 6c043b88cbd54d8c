/** Logs of apps, hosts and jobs: out of the log hub where there is one, else of an app's containers and of what a job printed. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { logsPlan } from '../../jobs/plans/deploy.ts';
import { followPlan } from '../../jobs/plans/logs.ts';
import { LEVELS } from '../../lines.ts';
import type { LogAsked, LogDesk } from '../../log-asking.ts';
import { messages } from '../../messages/messages.ts';
import { foundLogs, logStats, provedLogs } from '../answers/logs.ts';
import { runLog } from '../answers/run-log.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import {
  askedOf,
  hostsFor,
  isRun,
  LogTarget,
  logScope,
  Moment,
  momentOf,
  namesIn,
  wantedOf,
} from '../log-target.ts';
import { mustReach } from '../rights/job-rights.ts';

const scope = ({ of }: { of: string }): string => logScope(of);

export const logs = defineCommand({
  name: 'logs',
  about: () => messages().commands.logs,
  examples: [
    'logs shop',
    'logs shop/web --since 10m --grep error',
    'logs host/web-1 --level warn --since 2h --until 1h',
    'logs shop --follow',
    'logs r-7k2m9xq4tz',
  ],
  input: z.object({
    of: LogTarget,
    follow: z.boolean().default(false),
    since: Moment,
    until: Moment,
    grep: z.string().max(200).optional(),
    level: z.enum(LEVELS).optional(),
    tail: z.number().int().min(1).max(1_000).default(50),
  }),
  words: ['of'],
  risk: 'read',
  scope,
  async plan({ of, follow, since, until, grep, level, tail }, house) {
    const { config, runs } = house;
    const from = since === undefined ? undefined : momentOf(since);
    const target = namesIn(of);
    if (isRun(of) && !Object.hasOwn(config.apps, of)) {
      if (follow)
        throw new MusterError('input.invalid', {
          problems: messages().answers.runs.noFollow,
          help: `/job ${of}`,
        });
      const run = await runs.match(of);
      await mustReach('logs', run, house);
      const events = await runs.history(run.id);
      return runLog(run, events, { since: from && Date.now() - from, grep, tail });
    }
    const hosts = hostsFor(target, house.config);
    const desk = house.logs;
    if (desk) {
      const asked: LogAsked = {
        ...askedOf(target),
        ...wantedOf({ since, until, grep, level }),
        limit: `${tail}`,
      };
      if (!follow) return foundLogs(of, await desk.find(asked));
      const [host] = hosts;
      if (host === undefined) throw new MusterError('app.notdeployed', { app: of, host: '-' });
      return followPlan({ target: of, host, asked, severalHosts: hosts.length > 1 });
    }
    const { app, service } = target;
    if (app === undefined || service !== undefined || level !== undefined || until !== undefined)
      throw new MusterError('hub.none');
    return logsPlan({ app, hosts, follow, since: from && Date.now() - from, grep, tail });
  },
});

export const logsVerify = defineCommand({
  name: 'logs verify',
  about: () => messages().commands['logs verify'],
  examples: ['logs verify shop', 'logs verify shop/web --since 1d', 'logs verify host/web-1'],
  input: z.object({ of: LogTarget, since: Moment }),
  words: ['of'],
  risk: 'read',
  scope,
  async answer({ of, since }, house) {
    const target = namesIn(of);
    if (isRun(of) && !Object.hasOwn(house.config.apps, of))
      await mustReach('logs', await house.runs.match(of), house);
    else hostsFor(target, house.config);
    const asked = isRun(of) ? { run: of } : askedOf(target);
    const proof = await theDesk(house).verify({ ...asked, ...wantedOf({ since }) });
    return provedLogs(of, proof);
  },
});

export const logsStats = defineCommand({
  name: 'logs stats',
  about: () => messages().commands['logs stats'],
  examples: ['logs stats'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  answer: async (_, house) => logStats(await theDesk(house).stats()),
});

function theDesk({ logs: desk }: House): LogDesk {
  if (!desk) throw new MusterError('hub.none');
  return desk;
}
