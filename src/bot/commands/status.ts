import { z } from 'zod';
import { deployedOn } from '../answers/generations.ts';
import { runLine } from '../answers/run-lines.ts';
import { defineCommand } from '../command.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'What is going on: jobs that run or wait, the last ones, hosts and apps',
  examples: ['status'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { config, runs, state }) {
    const [open, latest] = await Promise.all([runs.open(), runs.latest(20)]);
    const apps = Object.keys(config.apps);
    const deployed = await Promise.all(apps.map((app) => deployedOn(state, app)));
    const live = deployed.filter((hosts) => Object.keys(hosts).length > 0).length;
    const failed = latest.find((run) => run.status === 'failed');
    const lines = [
      `${open.length === 0 ? '●' : '◐'} ${count(Object.keys(config.hosts).length, 'host')} · ${live} of ${count(apps.length, 'app')} live · ${count(open.length, 'open job')}`,
      ...open.slice(0, 10).map((run) => runLine(run, Date.now())),
      ...(failed ? [`Last failure: ${runLine(failed, Date.now())}`] : []),
      open.length > 0 ? `Next: /job ${open[0]?.id}` : 'Next: /jobs, /apps or /hosts',
    ];
    return { text: lines.join('\n') };
  },
});

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;
