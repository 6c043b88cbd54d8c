import { z } from 'zod';
import { needsOf } from '../../jobs/host/needs.ts';
import { preparePlan } from '../../jobs/plans/prepare.ts';
import { HostName } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { hostOf } from '../known.ts';

export const prepare = defineCommand({
  name: 'prepare',
  summary: 'Install and start what a host lacks for what it is asked to do',
  description: 'Safe to repeat: on a host that lacks nothing it changes nothing.',
  examples: ['prepare local', 'prepare web-1 --dry-run'],
  input: z.object({ host: HostName.describe('the host') }),
  words: ['host'],
  risk: 'change',
  scope: ({ host }) => `host/${host}`,
  async plan({ host }, { config }) {
    hostOf(config, host);
    return preparePlan({ host, needs: needsOf(config, host) });
  },
});
