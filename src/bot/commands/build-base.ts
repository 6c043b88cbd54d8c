import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { buildHosts } from '../../jobs/host/needs.ts';
import { buildBasePlan } from '../../jobs/plans/build.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { hostOf } from '../known.ts';

export const buildBase = defineCommand({
  name: 'build base',
  about: () => messages().commands['build base'],
  examples: ['build base', 'build base --on web-1,web-2'],
  input: z.object({
    on: z.array(HostName).optional(),
  }),
  risk: 'change',
  scope: () => 'image/base',
  async plan({ on }, { config }) {
    for (const host of on ?? []) hostOf(config, host);
    const hosts = on ?? buildHosts(config);
    if (hosts.length === 0)
      throw new MusterError('input.invalid', {
        problems: messages().answers.build.noHost,
        help: messages().answers.build.label,
      });
    return buildBasePlan({ hosts: [...new Set(hosts)] });
  },
});
