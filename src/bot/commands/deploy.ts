import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { doorsOf } from '../../jobs/firewall/doors.ts';
import { deployPlan } from '../../jobs/plans/deploy.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, GitRef, HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { appOf, demandTrusted } from '../known.ts';

export const deploy = defineCommand({
  name: 'deploy',
  about: () => messages().commands.deploy,
  examples: ['deploy shop', 'deploy shop v1.4.2 --to edge-1,edge-2', 'deploy shop --dry-run'],
  input: z.object({
    app: AppName,
    ref: GitRef.optional(),
    to: z.array(HostName).optional(),
  }),
  words: ['app', 'ref'],
  risk: 'change',
  scope: ({ app }) => `app/${app}`,
  async plan({ app, ref, to }, { config, state, resolve }) {
    const settings = appOf(config, app);
    demandTrusted(config, to ?? settings.hosts);
    const all = hostsOf(config, settings.hosts);
    const stray = to?.find((host) => !all.includes(host));
    if (stray)
      throw new MusterError('config.unknown', {
        what: messages().answers.apps.hostOf({ app }),
        name: stray,
        list: messages().answers.apps.runsOn({ app, hosts: all }),
      });
    const wanted = ref ?? settings.branch;
    const commit = await resolve(app, wanted);
    const hosts = to ? [...new Set(to)] : all;
    const doors = await doorsOf(app, settings, hosts, { config, state });
    return deployPlan({ app, settings, folder: config.folder, ref: wanted, commit, hosts, doors });
  },
});
