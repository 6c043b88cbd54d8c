/** One line, its outcome and its run as events: what `muster say` prints, whoever handles it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Requests } from '../../jobs/requests.ts';
import type { Run } from '../../jobs/run-record.ts';
import type { Runs } from '../../jobs/runs.ts';
import { messages } from '../../messages/messages.ts';
import { drawRequest } from '../cards/request.ts';
import type { Outcome } from '../dispatch.ts';
import type { Incoming } from '../platform.ts';
import type { SayEvent, SayRequest } from './socket.ts';

/** The chat of `muster say`: whoever asked follows the run there, the terminal of `muster start` does not. */
export const SAY_CHAT = 'say';

/** How often it is looked whether somebody decided, ms. */
const LOOK_MS = 1_000;

/** A request as an incoming line of the console. */
export const asIncoming = (request: SayRequest): Incoming => ({
  id: request.id,
  platform: 'console',
  chat: SAY_CHAT,
  user: request.user,
  text: request.text,
});

/** Emits what became of a line, follows its run, and ends with the result: exit 0 succeeded, 1 failed or cancelled, 2 refused or not understood. */
export async function tell(
  outcome: Outcome,
  runs: Runs,
  emit: (event: SayEvent) => void | Promise<void>,
  signal?: AbortSignal,
  requests?: Requests,
): Promise<void> {
  if (outcome.kind === 'ignored') {
    await emit({ type: 'result', exit: 2, status: 'ignored', text: messages().talk.noCommand });
  } else if (outcome.kind === 'refused') {
    await emit({ type: 'result', exit: 2, status: 'refused', text: outcome.text, code: outcome.code });
  } else if (outcome.kind === 'reply') {
    await emit({ type: 'reply', text: outcome.text });
    await emit({ type: 'result', exit: 0, status: 'answered', text: outcome.text.split('\n')[0] as string });
  } else if (outcome.kind === 'asked') {
    await emit({ type: 'reply', text: outcome.text });
    const decided = await decision(outcome.request, runs, requests, signal);
    if ('plan' in decided) return tell({ kind: 'run', run: decided, fresh: true }, runs, emit, signal);
    const text = drawRequest(decided).join('\n');
    await emit({ type: 'result', exit: 2, status: decided.decision, text, code: 'request.decided' });
  } else {
    const { run } = outcome;
    await emit({ type: 'run', run: run.id, title: run.plan.title });
    for await (const event of runs.events.follow(run.id, signal)) {
      await emit(event);
      if (event.type !== 'ended') continue;
      const exit = event.status === 'succeeded' ? 0 : 1;
      await emit({
        type: 'result',
        exit,
        status: event.status,
        text: event.summary,
        run: run.id,
        code: event.error?.code,
      });
      return;
    }
    // The asker went away. What changes something goes on; what was only for their eyes ends.
    if (signal?.aborted && run.plan.fleeting)
      await runs.cancel(run.id, run.by, messages().answers.audit.askerGone);
  }
}

/** Waits until a request became a run, or will not. */
async function decision(
  request: Request,
  runs: Runs,
  requests: Requests | undefined,
  signal: AbortSignal | undefined,
): Promise<Run | Request> {
  for (let now = request; requests && !signal?.aborted; ) {
    const run = await runs.find(now.id);
    if (run) return run;
    now = await requests.get(now.id);
    if (['refused', 'expired', 'stopped'].includes(now.decision)) return now;
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  return request;
}
