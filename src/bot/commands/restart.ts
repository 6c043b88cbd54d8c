import { z } from 'zod';
import { hostsOf } from '../../config/hosts.ts';
import { MusterError } from '../../errors.ts';
import { restartPlan } from '../../jobs/plans/deploy.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { deployedOn, liveOn } from '../answers/generations.ts';
import { defineCommand } from '../command.ts';
import { appOf } from '../known.ts';

export const restart = defineCommand({
  name: 'restart',
  about: () => messages().commands.restart,
  examples: ['restart shop', 'restart shop --on web-1'],
  input: z.object({ app: AppName, on: z.array(HostName).optional() }),
  words: ['app'],
  risk: 'change',
  scope: ({ app }) => `app/${app}`,
  async plan({ app, on }, { config, state }) {
    const settings = appOf(config, app);
    const deployed = await deployedOn(state, app);
    const own = hostsOf(config, settings.hosts).filter((host) => on === undefined || on.includes(host));
    const live = own.flatMap((host) => {
      const entry = liveOn(deployed[host]);
      return entry ? [{ host, app, ref: entry.ref, commit: entry.commit }] : [];
    });
    if (live.length === 0)
      throw new MusterError('app.notdeployed', {
        app,
        host: (on ?? hostsOf(config, settings.hosts)).join(', '),
      });
    return restartPlan({ app, settings, live });
  },
});
