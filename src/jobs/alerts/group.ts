/** Alarms of one cause, folded into one thing that people see. Pure; times in ms since the epoch. */
import type { Alarm, Severity } from '../../alarm.ts';
import { SEVERITIES } from '../../alarm.ts';

/** Alarms a group holds at most; what is raised beyond is not counted, and the message says so. */
export const MOST_MEMBERS = 1_000;
/** What is raised again within this time after all was well is the same group, and so the same message. */
export const FLAPPING_MS = 600_000;
/** What comes back after all was well for so long has to be acknowledged anew, ms. */
const ANEW_MS = 60_000;

/** An alarm as it stands. */
export interface Member extends Omit<Alarm, 'cause'> {
  /** When it was first raised. */
  since: number;
  /** When it was cleared; absent while it is not. */
  cleared?: number;
  /** How often it was raised anew. */
  times: number;
}

/** Who did something about a group, and with which line: the same line again is no second time. */
export interface Hand {
  by: string;
  at: number;
  line: string;
}

/** How a group was told in one place. */
export interface Telling {
  place: { platform: string; chat: string; thread?: string };
  /** The time zone it was told in. */
  zone?: string;
  /** Which message of this place is the live one, from 1; 0 while nothing was said. */
  round: number;
  /** When that was said, and how bad it was then. */
  at: number;
  severity: Severity;
  /** What it says now. */
  drawn: string;
  /** It waits for the end of the quiet hours. */
  waits?: boolean;
  /** The message it shares with other groups, where it waited with them. */
  digest?: string;
  /** That all is well was said. */
  over?: boolean;
}

export interface Group {
  /** As people type it: `a-7k2m9x`. */
  id: string;
  cause: string;
  /** By key. */
  members: Record<string, Member>;
  /** Whether there were more than it holds. */
  full?: boolean;
  acknowledged?: Hand;
  /** With how bad it was then. */
  snoozed?: Hand & { until: number; severity?: Severity };
  /** By place, as `placeKey` names it. */
  tellings: Record<string, Telling>;
}

export const isOpen = ({ cleared }: Member): boolean => cleared === undefined;
export const openOf = (members: readonly Member[]): Member[] => members.filter(isOpen);
export const membersOf = ({ members }: Group): Member[] => Object.values(members);

/** When the last of them was cleared; undefined while one is open. */
export function wellSince(members: readonly Member[]): number | undefined {
  if (members.length === 0 || members.some(isOpen)) return undefined;
  return Math.max(...members.map(({ cleared }) => cleared as number));
}

/** The worst there is among them. */
export function worst(members: readonly Member[]): Severity {
  const ranks = members.map(({ severity }) => SEVERITIES.indexOf(severity));
  return SEVERITIES[Math.max(0, ...ranks)] as Severity;
}

/** The group with an alarm raised; the same object where that changes nothing. `id` is for a group that begins. */
export function raised(group: Group | undefined, { cause, ...alarm }: Alarm, now: number, id: string): Group {
  const before = group && !isForgotten(group, now) ? group : { id, cause, members: {}, tellings: {} };
  const well = wellSince(membersOf(before));
  const anew = well !== undefined && now - well >= ANEW_MS;
  // Whoever looks after a warning has not heard of anything critical.
  const worse = alarm.severity === 'critical' && worst(openOf(membersOf(before))) !== 'critical';
  if (before.acknowledged && (anew || (worse && well === undefined)))
    return raised({ ...before, acknowledged: undefined }, { cause, ...alarm }, now, id);
  const known = before.members[alarm.key];
  if (!known) {
    const full = Object.keys(before.members).length >= MOST_MEMBERS;
    if (full) return before.full ? before : { ...before, full };
    return withMember(before, { ...alarm, since: now, times: 1 });
  }
  const again = isOpen(known) ? known.times : known.times + 1;
  const member: Member = { ...alarm, since: known.since, times: again };
  return JSON.stringify(sorted(member)) === JSON.stringify(sorted(known))
    ? before
    : withMember(before, member);
}

/** The group with an alarm cleared; the same object where that changes nothing. */
export function cleared(group: Group, name: string, now: number): Group {
  const known = group.members[name];
  return known && isOpen(known) ? withMember(group, { ...known, cleared: now }) : group;
}

/** Whether all has been well for so long that what comes next is something new; what is snoozed is not forgotten before. */
export function isForgotten(group: Group, now: number): boolean {
  const well = wellSince(membersOf(group));
  return well !== undefined && now - well >= FLAPPING_MS && now >= (group.snoozed?.until ?? 0);
}

const withMember = (group: Group, member: Member): Group => ({
  ...group,
  members: { ...group.members, [member.key]: member },
});

const sorted = (member: Member) => Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1));
