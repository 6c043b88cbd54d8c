/** Logs of apps, hosts and jobs: out of the log hub where there is one, else of an app's containers and of what a job printed. */
import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { logsPlan } from '../../jobs/plans/deploy.ts';
import { followPlan } from '../../jobs/plans/logs.ts';
import { LEVELS } from '../../lines.ts';
import type { LogAsked, LogDesk } from '../../log-asking.ts';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { parseDuration } from '../../units.ts';
import { foundLogs, logStats, provedLogs } from '../answers/logs.ts';
import { runLog } from '../answers/run-log.ts';
import { defineCommand } from '../command.ts';
import type { House } from '../house.ts';
import { appOf, hostOf } from '../known.ts';
import { mustReach } from '../rights/job-rights.ts';

const TARGET =
  /^(?:host\/(?<host>[a-z0-9-]{1,63})|(?<app>[a-z0-9-]{1,63})(?:\/(?<service>[A-Za-z0-9][A-Za-z0-9._-]{0,199}))?)$/;

const Target = z.string().regex(TARGET, { error: () => messages().logs.target });
const isRun = (of: string): boolean => RunId.safeParse(of).success;
const scope = ({ of }: { of: string }): string => {
  const { host, app } = TARGET.exec(of)?.groups ?? {};
  if (host !== undefined) return `host/${host}`;
  return isRun(of) ? `job/${of}` : `app/${app}`;
};

/** Ms since the epoch of how long ago, or of a time of its own; undefined where it is neither. */
function momentOf(text: string): number | undefined {
  const ago = parseDuration(text);
  if (ago !== undefined) return Date.now() - ago;
  const at = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
const Moment = z
  .string()
  .refine((text) => momentOf(text) !== undefined, { error: () => messages().logs.when })
  .optional();

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
    of: Target,
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
    const target = TARGET.exec(of)?.groups ?? {};
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
    const hosts = known(target, house);
    const desk = house.logs;
    if (desk) {
      const asked: LogAsked = {
        ...askedOf(target),
        ...(from !== undefined && { since: nanoseconds(from) }),
        ...(until !== undefined && { until: nanoseconds(momentOf(until) as number) }),
        ...(level !== undefined && { level }),
        ...matching(grep),
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
  input: z.object({ of: Target, since: Moment }),
  words: ['of'],
  risk: 'read',
  scope,
  async answer({ of, since }, house) {
    const target = TARGET.exec(of)?.groups ?? {};
    if (isRun(of) && !Object.hasOwn(house.config.apps, of))
      await mustReach('logs', await house.runs.match(of), house);
    else known(target, house);
    const from = since === undefined ? undefined : (momentOf(since) as number);
    const asked = isRun(of) ? { run: of } : askedOf(target);
    const proof = await theDesk(house).verify({
      ...asked,
      ...(from !== undefined && { since: nanoseconds(from) }),
    });
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

type Named = Partial<Record<'host' | 'app' | 'service', string>>;

/** The hosts that a target is on; rejects with `config.unknown` where there is no such app or host. */
function known({ host, app }: Named, { config }: House): string[] {
  if (host !== undefined) {
    hostOf(config, host);
    return [host];
  }
  return hostsOf(config, appOf(config, `${app}`).hosts);
}

const askedOf = ({ host, app, service }: Named): LogAsked =>
  host !== undefined ? { host } : { app, ...(service !== undefined && { service }) };

/** Between slashes it is a regular expression. */
const matching = (grep: string | undefined): LogAsked => {
  const [, pattern] = /^\/(.+)\/$/s.exec(grep ?? '') ?? [];
  return pattern !== undefined ? { pattern } : grep !== undefined ? { text: grep } : {};
};

const nanoseconds = (ms: number): string => `${BigInt(Math.round(ms)) * 1_000_000n}`;
