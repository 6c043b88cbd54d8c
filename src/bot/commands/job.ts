import { z } from 'zod';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { humanTime } from '../../units.ts';
import { type Card, fold } from '../cards/card.ts';
import { draw } from '../cards/draw.ts';
import { defineCommand } from '../command.ts';

export const job = defineCommand({
  name: 'job',
  about: () => messages().commands.job,
  examples: ['job r-7k2m9xq4tz'],
  input: z.object({ job: RunId }),
  words: ['job'],
  risk: 'read',
  scope: () => 'cloud',
  async answer(input, { runs }) {
    const run = await runs.match(input.job);
    let card: Card | undefined;
    for (const event of await runs.history(run.id)) card = fold(card, event);
    const { phrases, answers } = messages();
    const lines = card ? draw(card, Date.now()) : [`${run.id} ${phrases.statuses[run.status]}`];
    const plan = answers.runs.plan({ hash: run.planHash.slice(0, 12) });
    return {
      text: [...lines, `${run.id} · ${run.text} · ${plan} · ${humanTime(run.accepted)}`].join('\n'),
    };
  },
});
