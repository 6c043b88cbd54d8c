import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { doorsOf } from '../../jobs/firewall/doors.ts';
import { rollbackPlan } from '../../jobs/plans/deploy.ts';
import { messages } from '../../messages/messages.ts';
import { AppName } from '../../names.ts';
import { deployedOn } from '../answers/generations.ts';
import { defineCommand } from '../command.ts';
import { appOf } from '../known.ts';

export const rollback = defineCommand({
  name: 'rollback',
  about: () => messages().commands.rollback,
  examples: ['rollback shop', 'rollback shop --dry-run'],
  input: z.object({ app: AppName }),
  words: ['app'],
  risk: 'change',
  scope: ({ app }) => `app/${app}`,
  async plan({ app }, { config, state }) {
    const settings = appOf(config, app);
    const deployed = await deployedOn(state, app);
    const hosts = hostsOf(config, settings.hosts).filter((host) => deployed[host] !== undefined);
    if (hosts.length === 0)
      throw new MusterError('app.notdeployed', { app, host: hostsOf(config, settings.hosts).join(', ') });
    const back = hosts.map((host) => {
      const { list, current } = deployed[host]!;
      const before = list[list.findIndex((entry) => entry.generation === current) - 1];
      if (!before) throw new MusterError('app.nothing', { app, host });
      return { host, ...before };
    });
    const doors = await doorsOf(app, settings, hosts, { config, state });
    return rollbackPlan({ app, settings, back, doors });
  },
});
