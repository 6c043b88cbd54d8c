/** Works out what the app's compose file means, and writes the file that will be run. */
import { compose } from '../../adapters/compose/compose.ts';
import { messages } from '../../messages/messages.ts';
import { short } from '../../names.ts';
import { defineStep } from '../step.ts';
import { found } from './found.ts';
import { Generations } from './generations.ts';
import { Composed } from './input.ts';

export const composeFile = defineStep({
  name: 'deploy.compose',
  input: Composed,
  uses: { compose },
  timeout: '2m',
  title: ({ app, commit, host }) => messages().jobs.steps.compose({ app, commit: short(commit), host }),
  async run(
    { app, commit, ref, compose: path },
    { shell, root, run, origin, compose: tool, signal, report },
  ) {
    const generations = new Generations(shell, root, app);
    await found(shell.host, app, origin, messages().reasons.gone.source, generations.hasSource(origin));
    const written = {
      ...{ app, generation: origin, run, commit, path },
      ...{ source: generations.source(origin), empty: generations.emptyEnv(origin) },
    };
    const { text, services, notes } = await tool.canonicalise(written, { signal });
    await generations.describe({ generation: origin, app, commit, ref, path, services }, text);
    for (const { name, image } of services) report.line(`${name}: ${image}`);
    for (const note of notes) report.note(note);
  },
});
