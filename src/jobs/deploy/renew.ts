/** Gives the services of a live generation what they show to the hub anew, before it runs out. */
import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { AppName, HostName, RunId } from '../../names.ts';
import { defineStep } from '../step.ts';
import { found } from './found.ts';
import { Generations } from './generations.ts';
import { Identities } from './identities.ts';
import { writeIdentities } from './write-identities.ts';

export const renewIdentities = defineStep({
  name: 'deploy.identities',
  input: z.strictObject({ host: HostName, app: AppName, generation: RunId, identities: Identities }),
  uses: {},
  timeout: '2m',
  title: ({ app, host }) => messages().jobs.steps.identities({ app, host }),
  async run({ app, generation: id, identities }, { shell, root }) {
    const generations = new Generations(shell, root, app);
    const generation = await found(shell.host, app, id, messages().reasons.gone.files, generations.find(id));
    await writeIdentities(shell, generations, generation, identities);
  },
});
