import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { explain } from '../answers/explain.ts';
import { defineCommand } from '../command.ts';

export const why = defineCommand({
  name: 'why',
  about: () => messages().commands.why,
  examples: ['why', 'why r-7k2m9xq4tz'],
  input: z.object({ job: RunId.optional() }),
  words: ['job'],
  risk: 'read',
  scope: () => 'cloud',
  async answer({ job }, house) {
    return { text: await explain(job, house) };
  },
});
