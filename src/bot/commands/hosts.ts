import { z } from 'zod';
import { AGENT_PORT } from '../../config/config.ts';
import { type EnrolledHost, hasAnswered, seenKeys } from '../../config/enrolled.ts';
import { messages } from '../../messages/messages.ts';
import { defineCommand } from '../command.ts';

export const hosts = defineCommand({
  name: 'hosts',
  about: () => messages().commands.hosts,
  examples: ['hosts'],
  input: z.object({}),
  risk: 'read',
  scope: () => 'cloud',
  async answer(_, { config, runs }) {
    const names = Object.keys(config.hosts).sort();
    const { answers, phrases } = messages();
    const added = Object.entries(config.enrolled ?? {}).filter(([, { trusted }]) => !trusted);
    if (names.length + added.length === 0) return { text: answers.hosts.none };
    const open = await runs.open();
    const lines = names.map((name) => {
      const host = config.hosts[name]!;
      const way =
        host.link === 'ssh'
          ? `ssh ${host.user}@${host.address}${host.port === 22 ? '' : `:${host.port}`}`
          : host.link === 'icp'
            ? `icp ${host.address}${host.port === AGENT_PORT ? '' : `:${host.port}`}`
            : answers.hosts.local;
      const labels = host.labels.length > 0 ? ` · ${host.labels.join(', ')}` : '';
      const busy = open.filter((run) =>
        run.plan.stages.some((stage) => stage.steps.some((step) => step.host === name)),
      );
      const work = busy.length > 0 ? ` · ${busy.map((run) => `${run.id} ${run.plan.title}`).join(', ')}` : '';
      return `${busy.length > 0 ? '◐' : '●'} ${name} · ${way}${labels}${work}`;
    });
    const waiting = added.map(([name, host]) => drawWaiting(name, host)).sort();
    const next = names.length > 0 ? [phrases.next({ line: `/prepare ${names[0]}` })] : [];
    return { text: [...lines, ...waiting, ...next].join('\n') };
  },
});

/** A host that was added and that nobody has trusted yet. */
function drawWaiting(name: string, host: EnrolledHost): string {
  const { list } = messages().hosts;
  const way = `${host.entry.link} ${host.entry.address}`;
  if (hasAnswered(host)) return list.answered({ name, way, keys: seenKeys(host) });
  const over = Date.now() > host.until || (host.entry.link === 'icp' && host.token === undefined);
  return over ? list.over({ name, way }) : list.waits({ name, way });
}
