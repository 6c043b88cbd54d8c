/** The reason behind a refusal, a wait or a failure, from the audit and the runs. */
import { MusterError } from '../../errors.ts';
import type { AuditRecord } from '../../jobs/audit.ts';
import type { Run } from '../../jobs/run-record.ts';
import { humanDuration, humanTime } from '../../units.ts';
import type { House } from '../house.ts';

/** Explains a job or a refusal by its id; without one, the caller's last command. */
export async function explain(id: string | undefined, house: House): Promise<string> {
  const { audit, runs, caller } = house;
  const [record] = await audit.latest(
    1,
    (entry) =>
      (id ? entry.run?.startsWith(id) === true : entry.person === caller.person) &&
      entry.kind !== 'outcome' &&
      entry.command !== 'why',
  );
  if (!record) {
    if (id) throw new MusterError('run.unknown', { id });
    return 'You have not asked for anything yet. See /help';
  }
  if (record.kind === 'refused') return refused(record);
  const run = record.run ? await runs.find(record.run) : undefined;
  return run ? explainRun(run, house) : `${record.text} was allowed by ${record.rule}.`;
}

function refused(record: AuditRecord): string {
  const what = record.text ? `"${record.text}"` : 'that';
  const why = reasonOf(record);
  const end = /[.?!]$/.test(why) ? '' : '.';
  const next = ['/help', record.command].filter(Boolean).join(' ');
  return `${what} by ${record.person} was refused at ${humanTime(record.at)}: ${why}${end}\nNext: ${next}`;
}

/** Why a line was refused: the rule that decided, and what was wrong. */
export const reasonOf = ({ rule, summary }: AuditRecord): string =>
  [rule, summary].filter(Boolean).join('; ');

async function explainRun(run: Run, { runs }: House): Promise<string> {
  const asked = `${run.id} (${run.plan.title}) was asked for by ${run.by.person}: ${run.text}`;
  if (run.status === 'waiting') {
    const holders = await Promise.all(
      run.plan.locks.map(async (lock) => ({ lock, holder: await runs.holder(lock) })),
    );
    const waits = holders.filter(({ holder }) => holder && holder.id !== run.id);
    const lines = waits.map(({ lock, holder }) => {
      const since = humanDuration(Date.now() - Date.parse(holder?.started ?? holder?.accepted ?? ''));
      return `It waits for ${lock}, which ${holder?.id} (${holder?.plan.title}, ${holder?.by.person}) has held for ${since}.`;
    });
    return [asked, ...lines, `Next: /job ${waits[0]?.holder?.id ?? run.id}`].join('\n');
  }
  if (!run.ended) return `${asked}\nIt is ${run.status}. Next: /job ${run.id}`;
  return [
    asked,
    `It ${run.status === 'cancelled' ? 'was ' : ''}${run.status}: ${run.summary}`,
    // A hint that is a command to type is part of the next step already.
    ...(run.error?.hint && !run.error.hint.startsWith('/') ? [run.error.hint] : []),
    `Next: ${run.next}`,
  ].join('\n');
}
