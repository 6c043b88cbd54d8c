import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { logsPlan } from '../../jobs/plans/deploy.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, RunId } from '../../names.ts';
import { parseDuration } from '../../units.ts';
import { runLog } from '../answers/run-log.ts';
import { defineCommand } from '../command.ts';
import { appOf } from '../known.ts';
import { mustReach } from '../rights/job-rights.ts';

export const logs = defineCommand({
  name: 'logs',
  about: () => messages().commands.logs,
  examples: ['logs shop', 'logs shop --since 10m --grep error', 'logs shop --follow', 'logs r-7k2m9xq4tz'],
  input: z.object({
    of: z.union([RunId, AppName]),
    follow: z.boolean().default(false),
    since: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, { error: () => messages().names.duration })
      .optional(),
    grep: z.string().max(200).optional(),
    tail: z.number().int().min(1).max(1_000).default(50),
  }),
  words: ['of'],
  risk: 'read',
  scope: ({ of }) => (RunId.safeParse(of).success ? `job/${of}` : `app/${of}`),
  async plan({ of, follow, since, grep, tail }, house) {
    const { config, runs } = house;
    if (RunId.safeParse(of).success && !Object.hasOwn(config.apps, of)) {
      if (follow)
        throw new MusterError('input.invalid', {
          problems: messages().answers.runs.noFollow,
          help: `/job ${of}`,
        });
      const run = await runs.match(of);
      await mustReach('logs', run, house);
      const events = await runs.history(run.id);
      return runLog(run, events, { since: since && parseDuration(since), grep, tail });
    }
    const settings = appOf(config, of);
    return logsPlan({
      app: of,
      hosts: hostsOf(config, settings.hosts),
      follow,
      since: since === undefined ? undefined : parseDuration(since),
      grep,
      tail,
    });
  },
});
