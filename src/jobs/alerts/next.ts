/** What to do next about a group in one place. Pure; times in ms since the epoch. */
import { SEVERITIES } from '../../alarm.ts';
import { type Group, type Member, openOf, type Telling, wellSince, worst } from './group.ts';

/** How a place wants to be told. */
export interface Manner {
  /** How long a storm may gather before the first message, ms. */
  delay: number;
  /** How long all must have been well before that is said, ms. */
  calm: number;
  /** How often what is critical is said again until somebody acknowledges it, ms; absent for never. */
  remind?: number;
  /** Whether it is quiet there now. */
  quiet: boolean;
}

/** `say` is a new message, `wait` for the end of the quiet hours, `update` edits the live message, `over` says that all is well. */
export type Move = 'nothing' | 'say' | 'wait' | 'update' | 'over';

/** What came and went so often takes longer to be believed, by this factor. */
const RESTLESS = 4;
const LONGER = 10;

/** `members` are the alarms of the group that the place wants to hear of. */
export function next(
  group: Pick<Group, 'acknowledged' | 'snoozed'>,
  members: readonly Member[],
  telling: Telling | undefined,
  manner: Manner,
  now: number,
): Move {
  const said = telling !== undefined && telling.round > 0 ? telling : undefined;
  const well = wellSince(members);
  const open = openOf(members);
  if (open.length === 0) {
    if (!said || said.over || well === undefined) return 'nothing';
    const calm = isRestless(members) ? manner.calm * LONGER : manner.calm;
    return now - well >= calm ? 'over' : 'update';
  }
  const critical = worst(open) === 'critical';
  const worse = said !== undefined && rank(worst(open)) > rank(said.severity) && critical;
  const { snoozed } = group;
  // A place that hears only of what is critical was told nothing of what was snoozed before it got so.
  const anew = said === undefined && critical && snoozed?.severity !== 'critical';
  const asleep = snoozed !== undefined && now < snoozed.until && !worse && !anew;
  if (asleep || !isDue()) return said ? 'update' : 'nothing';
  return manner.quiet && !critical ? 'wait' : 'say';

  function isDue(): boolean {
    if (!said) return now - Math.min(...open.map(({ since }) => since)) >= manner.delay;
    // Whoever was told aloud that all is well has to be told aloud that it is not.
    if (worse || (said.over && isLoud(said))) return true;
    if (snoozed && said.at < snoozed.until) return true;
    const { remind } = manner;
    return critical && remind !== undefined && !group.acknowledged && now - said.at >= remind;
  }
}

/** Whether the end of it is worth a message of its own. */
export const isLoud = ({ severity }: Telling): boolean => severity === 'critical';

/** Whether it comes and goes. */
export const isRestless = (members: readonly Member[]): boolean =>
  members.some(({ times }) => times >= RESTLESS);

const rank = (severity: Member['severity']): number => SEVERITIES.indexOf(severity);
