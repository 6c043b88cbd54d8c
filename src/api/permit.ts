/** Whether somebody may ask, decided as in a chat, and on record as there. */
import type { House } from '../bot/house.ts';
import { needFor } from '../bot/rights/approval.ts';
import { authorise } from '../bot/rights/authorise.ts';
import type { Config } from '../config/config.ts';
import { asMusterError, MusterError } from '../errors.ts';
import type { Audit } from '../jobs/audit.ts';
import { messages } from '../messages/messages.ts';
import type { Answer } from './route.ts';

/** What is asked, and by whom. */
export interface Question {
  id: string;
  caller: Pick<House['caller'], 'person' | 'platform' | 'chat'>;
  /** As it was asked, for the record. */
  text: string;
  command: string;
  scope: string[];
  /** In a chat it would be a job, which others may have to agree to. */
  tail: boolean;
}

/** Gives the answer where that is allowed. Rejects with `access.denied`, `api.approval`, or as the answer does; all of it is on record. */
export async function permitted(
  question: Question,
  { config, audit }: { config: Config; audit: Pick<Audit, 'append'> },
  answer: () => Promise<Answer>,
): Promise<Answer> {
  const { id, caller: by, text, command, scope } = question;
  const decision = { by, text, command, scope, run: id };
  const verdict = authorise(config, by.person, command, scope);
  try {
    demand(question, config);
    const given = await answer();
    await audit.append({ ...decision, kind: 'command', rule: verdict.rule });
    return given;
  } catch (thrown) {
    const error = asMusterError(thrown);
    const summary = error.message.split('\n')[0];
    await audit.append({ ...decision, kind: 'refused', rule: verdict.rule, summary });
    throw error;
  }
}

/** Throws `access.denied` or `api.approval` where somebody may not ask that, now. */
export function demand(
  { caller, command, scope, tail }: Pick<Question, 'caller' | 'command' | 'scope' | 'tail'>,
  config: Config,
): void {
  const verdict = authorise(config, caller.person, command, scope);
  if (!verdict.ok) {
    const { rule, who } = verdict;
    throw new MusterError('access.denied', { rule, who: who.join(', ') || messages().phrases.nobody });
  }
  const need = tail ? needFor(config, { name: command, risk: 'read' }, scope) : undefined;
  if (need) throw new MusterError('api.approval', { rule: need.rule });
}
