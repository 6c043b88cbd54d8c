import { z } from 'zod';
import { RunId } from '../../names.ts';
import { explain } from '../answers/explain.ts';
import { defineCommand } from '../command.ts';

export const why = defineCommand({
  name: 'why',
  summary: 'Why something was refused, waits, or failed',
  examples: ['why', 'why r-7k2m9xq4tz'],
  input: z.object({ job: RunId.optional().describe('a job or refusal; your own last one by default') }),
  words: ['job'],
  risk: 'read',
  scope: () => 'cloud',
  async answer({ job }, house) {
    return { text: await explain(job, house) };
  },
});
