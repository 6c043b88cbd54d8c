/** Who else has to agree before a command's plan is carried out, as the configuration's `approvals` say. */
import type { Config } from '../../config/config.ts';
import type { Need } from '../../jobs/requests.ts';
import { messages } from '../../messages/messages.ts';
import type { Risk } from '../command.ts';
import { compileGlobs } from './authorise.ts';

/** How long whoever asked may confirm something that destroys, ms. */
const CONFIRM_MS = 10 * 60_000;

/** What is needed for a command on its scopes: the strictest rule that fits; for what destroys, at least a confirmation. */
export function needFor(
  config: Config,
  command: { name: string; risk: Risk },
  scopes: readonly string[],
): Need | undefined {
  const name = command.name.replaceAll(' ', '-');
  const fitting = Object.entries(config.approvals).filter(
    ([, { commands, on }]) => compileGlobs(commands)(name) && scopes.some(compileGlobs(on)),
  );
  const [strictest] = fitting.sort(([, a], [, b]) => b.count - a.count);
  if (strictest) {
    const [rule, { from, count, within }] = strictest;
    return { rule, from, count, withinMs: within };
  }
  if (command.risk !== 'destroy') return undefined;
  return { rule: messages().cards.request.destroys, from: [], count: 0, withinMs: CONFIRM_MS };
}

/** Whether the person has one of the roles that may approve. */
export const mayApprove = (config: Config, person: string, { from }: Need): boolean =>
  Object.hasOwn(config.people, person) &&
  (config.people[person] as Config['people'][string]).roles.some((role) => from.includes(role));
