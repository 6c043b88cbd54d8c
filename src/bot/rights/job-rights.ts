/** Who may do something about a job: a right to `job/…` says nothing about what the job does. */
import { MusterError } from '../../errors.ts';
import type { Run } from '../../jobs/run-record.ts';
import { messages } from '../../messages/messages.ts';
import type { House } from '../house.ts';
import { authorise, type Verdict } from './authorise.ts';

type Asking = Pick<House, 'config' | 'caller' | 'runs'>;

/** Rejects with `access.denied` unless the caller may give the command that the job began with, now. */
export async function mustRepeat(run: Run, house: Asking): Promise<void> {
  insist(await asToRun(run, house));
}

/**
 * Rejects with `access.denied` unless the job is the caller's own, or the caller may give the command it began with,
 * or may do this (`cancel`, `logs`) to what it works on.
 */
export async function mustReach(command: string, run: Run, house: Asking): Promise<void> {
  const { caller, config } = house;
  if (run.by.person === caller.person) return;
  const direct = authorise(config, caller.person, command, (await firstOf(run, house)).scope);
  if (!direct.ok) insist(await asToRun(run, house));
}

async function asToRun(run: Run, house: Asking): Promise<Verdict> {
  const { command, scope } = await firstOf(run, house);
  return authorise(house.config, house.caller.person, command, scope);
}

/** The run that a chain of retries goes back to. */
const firstOf = async (run: Run, { runs }: Asking): Promise<Run> =>
  run.origin === run.id ? run : runs.get(run.origin);

function insist(verdict: Verdict): void {
  if (verdict.ok) return;
  const { rule, who } = verdict;
  throw new MusterError('access.denied', { rule, who: who.join(', ') || messages().phrases.nobody });
}
