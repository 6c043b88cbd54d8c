/** Shows what an app's containers wrote. */
import { z } from 'zod';
import { docker } from '../../adapters/docker/docker.ts';
import type { LogLine } from '../../adapters/docker/logs.ts';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { defineStep } from '../step.ts';

export const logs = defineStep({
  name: 'deploy.logs',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    app: AppName,
    follow: z.boolean().default(false),
    /** Only the last so long, ms. */
    since: z.number().int().positive().optional(),
    /** Only lines that contain it; upper and lower case are the same. */
    grep: z.string().max(200).optional(),
    tail: z.number().int().min(1).max(10_000).default(50),
  }),
  uses: { docker },
  timeout: '24h',
  title: ({ app, host }) => messages().jobs.steps.logs({ app, host }),
  async run({ host, app, follow, since, grep, tail }, { docker: engine, signal, report }) {
    const containers = await engine.project(app);
    if (containers.length === 0) throw new MusterError('app.notdeployed', { app, host });
    const wanted = grep?.toLowerCase();
    const shown = ({ text }: LogLine) => wanted === undefined || text.toLowerCase().includes(wanted);
    const from = since === undefined ? undefined : new Date(Date.now() - since).toISOString();
    // What is looked for may lie before the last lines.
    const options = { since: from, tail: wanted === undefined ? tail : undefined, signal };
    const past: { name: string; line: LogLine }[] = [];
    const now = new Date().toISOString();
    const names = namesOf(containers);
    for (const { id } of containers) {
      await engine.logs(id, options, (line) => {
        if (shown(line)) past.push({ name: names.get(id) as string, line });
      });
    }
    past.sort((a, b) => (a.line.at < b.line.at ? -1 : a.line.at > b.line.at ? 1 : 0));
    for (const { name, line } of past.slice(-tail)) report.line(`${name} | ${line.text}`);
    if (past.length === 0) report.note(messages().jobs.notes.nothingMatches({ app, host }));
    if (!follow) return;
    await Promise.all(
      containers.map(({ id }) =>
        engine.logs(id, { since: now, follow, signal }, (line) => {
          if (shown(line)) report.line(`${names.get(id)} | ${line.text}`);
        }),
      ),
    );
  },
});

/** The service of each container, with the container's own name where a service has several. */
const namesOf = (containers: readonly { id: string; name: string; service: string }[]): Map<string, string> =>
  new Map(
    containers.map(({ id, name, service }) => {
      const alone = containers.filter((one) => one.service === service).length === 1;
      return [id, alone ? service : name];
    }),
  );
