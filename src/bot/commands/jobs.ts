import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { runLine } from '../answers/run-lines.ts';
import { defineCommand } from '../command.ts';

export const jobs = defineCommand({
  name: 'jobs',
  about: () => messages().commands.jobs,
  examples: ['jobs', 'jobs --count 30'],
  input: z.object({ count: z.number().int().min(1).max(50).default(10) }),
  risk: 'read',
  scope: () => 'cloud',
  async answer({ count }, { runs }) {
    const latest = await runs.latest(count);
    const { answers, phrases } = messages();
    if (latest.length === 0)
      return {
        text: `${answers.runs.none} ${phrases.next({ line: phrases.or({ words: ['/deploy', '/help'] }) })}`,
      };
    return {
      text: [
        ...latest.map((run) => runLine(run, Date.now())),
        phrases.next({ line: `/job ${latest[0]?.id}` }),
      ].join('\n'),
    };
  },
});
