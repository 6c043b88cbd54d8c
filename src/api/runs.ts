/** How a job stands, as its card has it. */
import { z } from 'zod';
import { type Card, fold } from '../bot/cards/card.ts';
import type { ErrorData } from '../errors.ts';
import { messages } from '../messages/messages.ts';
import { RunId } from '../names.ts';
import { defineRoute } from './route.ts';

export const run = defineRoute({
  path: '/v1/runs/{run}',
  about: () => messages().api.run,
  parameters: z.strictObject({ run: RunId }),
  command: 'job',
  scope: () => 'cloud',
  async answer({ run: id }, { runs, scrubber }) {
    const { command, text, scope, status, accepted, started, ended, planHash, ...run } = await runs.match(id);
    let card: Card | undefined;
    for (const event of await runs.history(run.id)) card = fold(card, event);
    const { stages = [], lines = [], notes = [], blocked, failing, cancelling } = card ?? {};
    const { error = run.error } = card?.ended ?? {};
    const object = {
      ...{ run: run.id, status, title: run.plan.title, command, text, scope, by: run.by.person },
      ...{ plan: planHash, accepted, started, ended },
      stages: stages.map(({ name, hosts, state, ms, shares }) => ({ name, hosts, state, ms, shares })),
      ...{ lines, notes, blocked, failing, cancelling },
      ...{ summary: run.summary, next: run.next, error: error && briefly(error) },
    };
    return { object: scrubber.data(object) };
  },
});

const briefly = ({ code, summary, hint }: ErrorData) => ({ code, summary, hint });
