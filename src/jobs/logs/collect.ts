/** Takes everything that a host says, until it is told to stop: over a shell beside the hub, or on the host by its agent. */
import { z } from 'zod';
import { docker } from '../../adapters/docker/docker.ts';
import { journal } from '../../adapters/journal/journal.ts';
import { files } from '../../adapters/tail/files.ts';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName } from '../../names.ts';
import { defineStep } from '../step.ts';
import { type Collecting, collectContainers } from './containers.ts';
import { collectFiles } from './host-files.ts';
import { collectJournal } from './host-journal.ts';
import { tell } from './told.ts';

export const collect = defineStep({
  name: 'logs.collect',
  lane: 'read',
  input: z.strictObject({
    host: HostName,
    containers: z.boolean(),
    journal: z.boolean(),
    files: z.array(
      z.strictObject({
        name: z.string(),
        paths: z.array(z.string().startsWith('/')),
        app: AppName.optional(),
        service: z.string().optional(),
      }),
    ),
    /** After how long it is to end, ms; when it is told to, where there is none. */
    slice: z.number().int().positive().optional(),
    /** Where to go on, by stream. */
    positions: z.record(z.string(), z.unknown()),
  }),
  uses: { docker, files, journal },
  timeout: '24h',
  title: ({ host }) => messages().jobs.steps.collect({ host }),
  async run({ host, containers, positions, slice, ...wanted }, context) {
    const { docker: engine, files: disk, journal: system, report } = context;
    const over = slice === undefined ? [] : [AbortSignal.timeout(slice)];
    const signal = AbortSignal.any([context.signal, ...over]);
    const troubles = new Map<string, string>();
    const collecting: Collecting = {
      host,
      positions: new Map(Object.entries(positions)),
      signal,
      send: (batch) => tell(report, batch),
      trouble(what, thrown) {
        const text = thrown === undefined ? '' : asMusterError(thrown).message;
        if ((troubles.get(what) ?? '') === text) return;
        troubles.set(what, text);
        report.note(JSON.stringify({ what, ...(text !== '' && { text }) }));
      },
    };
    await Promise.all([
      ...(containers ? [collectContainers(engine, collecting)] : []),
      ...(wanted.files.length > 0 ? [collectFiles(disk, wanted.files, collecting)] : []),
      ...(wanted.journal ? [collectJournal(system, collecting)] : []),
    ]);
  },
});
