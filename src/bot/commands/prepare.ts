import { z } from 'zod';
import { needsOf } from '../../jobs/host/needs.ts';
import { targetsOn } from '../../jobs/keys/targets.ts';
import { keysStages } from '../../jobs/plans/keys.ts';
import { preparePlan } from '../../jobs/plans/prepare.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { hostOf } from '../known.ts';

export const prepare = defineCommand({
  name: 'prepare',
  about: () => messages().commands.prepare,
  examples: ['prepare local', 'prepare web-1 --dry-run'],
  input: z.object({ host: HostName }),
  words: ['host'],
  risk: 'change',
  scope: ({ host }) => `host/${host}`,
  async plan({ host }, { config, keys }) {
    hostOf(config, host);
    const targets = targetsOn(config, [host]);
    const groups = [...new Set(targets.flatMap((target) => target.groups))];
    const stages = keysStages(targets, await keys.gather(config, groups, false));
    return preparePlan({ host, needs: needsOf(config, host), keys: stages });
  },
});
