import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { isFinal } from '../../events.ts';
import { messages } from '../../messages/messages.ts';
import { RunId } from '../../names.ts';
import { type Card, fold } from '../cards/card.ts';
import { defineCommand } from '../command.ts';
import { mustRepeat } from '../rights/job-rights.ts';

export const retry = defineCommand({
  name: 'retry',
  about: () => messages().commands.retry,
  examples: ['retry r-7k2m9xq4tz', 'retry r-7k2m9xq4tz --whole'],
  input: z.object({
    job: RunId,
    whole: z.boolean().default(false),
  }),
  words: ['job'],
  risk: 'change',
  scope: ({ job }) => `job/${job}`,
  async plan({ job, whole }, house) {
    const { runs } = house;
    const run = await runs.match(job);
    await mustRepeat(run, house);
    if (!isFinal(run.status)) throw new MusterError('run.notended', { id: run.id, status: run.status });
    if (run.status === 'succeeded') throw new MusterError('run.ended', { id: run.id, status: run.status });
    if (run.plan.again !== undefined)
      throw new MusterError('run.stale', { id: run.id, line: run.plan.again });
    let card: Card | undefined;
    for (const event of await runs.history(run.id)) card = fold(card, event);
    // The first stage that is not done any more: it failed, was undone, or never began.
    const undone = card?.stages.findIndex((stage) => stage.state !== 'done') ?? 0;
    const from = whole ? 0 : Math.max(0, undone);
    return { ...run.plan, stages: run.plan.stages.slice(from), origin: run.origin };
  },
});
