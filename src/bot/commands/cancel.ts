import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { defineCommand } from '../command.ts';
import { mustReach } from '../rights/job-rights.ts';

export const cancel = defineCommand({
  name: 'cancel',
  about: () => messages().commands.cancel,
  examples: ['cancel r-7k2m9xq4tz'],
  input: z.object({ job: RunId }),
  words: ['job'],
  risk: 'change',
  scope: ({ job }) => `job/${job}`,
  async answer({ job }, house) {
    const { runs, caller } = house;
    const found = await runs.match(job);
    await mustReach('cancel', found, house);
    const run = await runs.cancel(found.id, caller, 'cancel');
    const { title } = run.plan;
    const words = messages().answers.runs;
    if (run.status === 'cancelled') return { text: `○ ${words.cancelled({ title })}` };
    return { text: words.stopping({ id: run.id, title }) };
  },
});
