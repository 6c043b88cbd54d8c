import { z } from 'zod';
import { isOpen, membersOf } from '../../jobs/alerts/group.ts';
import { messages } from '../../messages/messages.ts';
import { deployedOn } from '../answers/generations.ts';
import { runLine } from '../answers/run-lines.ts';
import { defineCommand } from '../command.ts';

export const status = defineCommand({
  name: 'status',
  about: () => messages().commands.status,
  examples: ['status'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { config, runs, state, alerts }) {
    const [open, latest, groups] = await Promise.all([runs.open(), runs.latest(20), alerts.all()]);
    const raised = groups.filter((group) => membersOf(group).some(isOpen));
    const apps = Object.keys(config.apps);
    const deployed = await Promise.all(apps.map((app) => deployedOn(state, app)));
    const live = deployed.filter((hosts) => Object.keys(hosts).length > 0).length;
    const failed = latest.find((run) => run.status === 'failed');
    const { answers, phrases } = messages();
    const count = answers.status.count({
      hosts: Object.keys(config.hosts).length,
      live,
      apps: apps.length,
      open: open.length,
      alerts: raised.length,
      acknowledged: raised.filter(({ acknowledged }) => acknowledged).length,
    });
    const mark = raised.length > 0 ? '▲' : open.length > 0 ? '◐' : '●';
    const next = [
      ...(raised.length > 0 ? ['/alerts'] : []),
      ...(open.length > 0 ? [`/job ${open[0]?.id}`] : []),
    ];
    const lines = [
      `${mark} ${count}`,
      ...open.slice(0, 10).map((run) => runLine(run, Date.now())),
      ...(failed ? [answers.status.lastFailure({ run: runLine(failed, Date.now()) })] : []),
      phrases.next({ line: next.length > 0 ? phrases.or({ words: next }) : answers.status.look }),
    ];
    return { text: lines.join('\n') };
  },
});
