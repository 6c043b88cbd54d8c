/** The reason behind a refusal, a wait or a failure, from the audit and the runs. */
import { MusterError } from '../../errors.ts';
import type { AuditRecord } from '../../jobs/audit.ts';
import type { Run } from '../../jobs/run-record.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration, humanTime } from '../../units.ts';
import type { House } from '../house.ts';

/** Explains a job or a refusal by its id; without one, the caller's last command. */
export async function explain(id: string | undefined, house: House): Promise<string> {
  const { audit, runs, caller } = house;
  const [record] = await audit.latest(
    1,
    (entry) =>
      // What a dashboard asks in somebody's name is not what they did last.
      (id
        ? entry.run?.startsWith(id) === true
        : entry.person === caller.person && entry.platform !== 'api') &&
      entry.kind !== 'outcome' &&
      entry.command !== 'why',
  );
  if (!record) {
    if (id) throw new MusterError('run.unknown', { id });
    return messages().answers.why.nothingYet;
  }
  if (record.kind === 'refused') return refused(record);
  const run = record.run ? await runs.find(record.run) : undefined;
  return run ? explainRun(run, house) : messages().answers.why.allowed(record);
}

function refused(record: AuditRecord): string {
  const { answers, phrases } = messages();
  const { text, person } = record;
  const refusal = answers.why.refused({ text, person, at: humanTime(record.at), why: reasonOf(record) });
  const line = ['/help', record.command].filter(Boolean).join(' ');
  return `${refusal}\n${phrases.next({ line })}`;
}

/** Why a line was refused: the rule that decided, and what was wrong. */
export const reasonOf = ({ rule, summary }: AuditRecord): string =>
  [rule, summary].filter(Boolean).join('; ');

async function explainRun(run: Run, { runs }: House): Promise<string> {
  const { answers, phrases } = messages();
  const { why } = answers;
  const status = phrases.statuses[run.status];
  const asked = why.asked({ id: run.id, title: run.plan.title, person: run.by.person, text: run.text });
  if (run.status === 'waiting') {
    const holders = await Promise.all(
      run.plan.locks.map(async (lock) => ({ lock, holder: await runs.holder(lock) })),
    );
    const waits = holders.filter(({ holder }) => holder && holder.id !== run.id);
    const lines = waits.map(({ lock, holder }) => {
      const time = humanDuration(Date.now() - Date.parse(holder?.started ?? holder?.accepted ?? ''));
      const { id, plan, by } = holder ?? {};
      return why.waits({ lock, holder: id, title: plan?.title, person: by?.person, time });
    });
    const next = phrases.next({ line: `/job ${waits[0]?.holder?.id ?? run.id}` });
    return [asked, ...lines, next].join('\n');
  }
  if (!run.ended) return `${asked}\n${why.is({ status })} ${phrases.next({ line: `/job ${run.id}` })}`;
  return [
    asked,
    why.ended({ status, cancelled: run.status === 'cancelled', summary: run.summary }),
    // A hint that is a command to type is part of the next step already.
    ...(run.error?.hint && !run.error.hint.startsWith('/') ? [run.error.hint] : []),
    phrases.next({ line: `${run.next}` }),
  ].join('\n');
}
