/** Builds the root file system of the base image. */
import { z } from 'zod';
import { mmdebstrap } from '../../adapters/mmdebstrap/mmdebstrap.ts';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import { HostName } from '../../names.ts';
import { humanSize } from '../../units.ts';
import { defineStep } from '../step.ts';
import { keyOf, recipeWith } from './recipe.ts';
import { runtimeOn } from './runtime.ts';
import { Shelf } from './shelf.ts';

/** Builds kept on a host, the newest among them. */
export const KEPT = 3;

export const buildRoot = defineStep({
  name: 'build.root',
  lane: 'build',
  input: z.strictObject({ host: HostName }),
  uses: { mmdebstrap },
  timeout: '20m',
  title: ({ host }) => messages().jobs.steps.root({ host }),
  async run(_, { shell, root, mmdebstrap: builder, signal, report }) {
    const shelf = new Shelf(shell, root);
    const onLine = (line: string) => report.line(line);
    await builder.discard(shelf.workshop);
    const runtime = await runtimeOn(shell, shelf, signal).catch((error) => {
      signal.throwIfAborted();
      report.note(messages().jobs.notes.noRuntime({ message: asMusterError(error).message }));
      return undefined;
    });
    const recipe = recipeWith(runtime);
    const key = keyOf(recipe, await builder.candidates(recipe, { signal, onLine }));
    const known = await shelf.find(key);
    if (known) {
      await shelf.choose(key);
      report.note(messages().jobs.notes.unchanged({ day: known.at.slice(0, 10) }));
      return known;
    }
    try {
      const archive = await builder.build(recipe, shelf.workshop, {
        signal,
        onLine,
        onProgress: (share) => report.progress(share),
      });
      const installed = await builder.packages(archive);
      const packages = runtime ? [...installed, `${runtime.name} ${runtime.version}`] : installed;
      const built = await shelf.keep({ key, packages, at: new Date().toISOString() });
      await shelf.choose(key);
      await shelf.prune(KEPT);
      report.line(
        messages().jobs.notes.packed({
          count: packages.length,
          size: humanSize(built.bytes),
          digest: built.sha256,
        }),
      );
      return built;
    } finally {
      await builder.discard(shelf.workshop);
    }
  },
});
