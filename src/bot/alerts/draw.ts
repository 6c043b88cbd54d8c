/** An alert as text: the first line says all, the last one what to do next. Pure. */
import {
  type Group,
  isOpen,
  type Member,
  membersOf,
  openOf,
  wellSince,
  worst,
} from '../../jobs/alerts/group.ts';
import { isRestless } from '../../jobs/alerts/next.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration, humanTime } from '../../units.ts';
import type { Button } from '../platform.ts';
import { sparkline } from './sparkline.ts';

/** How many figures a course has as text. */
const COURSE = 24;
/** How many subjects are named. */
const NAMED = 3;

/** What a place hears of a group, in its time zone. */
export interface Heard {
  group: Group;
  members: readonly Member[];
  zone: string;
  /** When it is drawn, ms since the epoch. */
  now: number;
}

/** What is wrong, in one line. */
export function headline({ group, members }: Pick<Heard, 'group' | 'members'>): string {
  const words = messages().alerts;
  const open = openOf(members);
  const [first] = open;
  if (!first) return overLine({ group, members });
  if (open.length === 1) return `▲ ${first.summary}`;
  const what = first.many ?? words.alarms({ first: first.summary });
  const names = open.slice(0, NAMED).map(({ subject }) => subject.slice(subject.indexOf('/') + 1));
  const more = open.length - names.length;
  const count = words.several({ count: open.length, full: group.full === true, what });
  return `▲ ${count}: ${words.names({ names, more })}`;
}

/** The message of a group; with `course` how it was, as a line of text, where no picture can be shown. */
export function drawAlert(heard: Heard, { course = false } = {}): string[] {
  const { group, members, zone, now } = heard;
  const words = messages().alerts;
  const open = openOf(members);
  const [first] = open;
  if (!first) return [overLine(heard)];
  const { id, acknowledged, snoozed } = group;
  const time = (at: number) => humanTime(new Date(at).toISOString(), zone);
  const since = time(Math.min(...members.map((member) => member.since)));
  const times = Math.max(...members.map((member) => member.times));
  return [
    headline(heard),
    words.facts({ since, severity: words.severity[worst(open)], id }),
    ...(open.length < members.length
      ? [words.back({ back: members.length - open.length, of: members.length })]
      : []),
    ...(isRestless(members) ? [words.restless({ times })] : []),
    ...(first.lines ?? []),
    ...(course && chartOf(heard)
      ? [messages().health.day({ chart: sparkline(chartOf(heard) ?? [], COURSE) })]
      : []),
    ...(acknowledged ? [words.acknowledged({ by: acknowledged.by })] : []),
    ...(snoozed && now < snoozed.until
      ? [words.snoozed({ by: snoozed.by, until: time(snoozed.until) })]
      : []),
    ...nextLines(heard, first),
  ];
}

/** That it is over, in one line. */
export function overLine({ group, members }: Pick<Heard, 'group' | 'members'>): string {
  const words = messages().alerts;
  const [first] = members;
  if (!first) return `● ${group.cause}`;
  const began = Math.min(...members.map(({ since }) => since));
  const time = humanDuration(Math.max(0, (wellSince(members) ?? began) - began));
  const what =
    members.length === 1
      ? (first.over ?? words.over({ what: first.summary }))
      : words.allOver({
          count: members.length,
          full: group.full === true,
          what: first.manyOver ?? words.well,
        });
  return `● ${words.after({ what, time })}`;
}

/** How what is wrong was before; undefined of several, and where nothing of it is known. */
export function chartOf({ members }: Pick<Heard, 'members'>): number[] | undefined {
  const [first, other] = openOf(members);
  return other || !first?.chart?.some((value) => value >= 0) ? undefined : first.chart;
}

/** An earlier message of a group that is said again in a newer one. */
export const drawEarlier = (heard: Heard): string[] => [headline(heard), messages().alerts.below];

/** Several groups that waited for the end of the quiet hours. */
export function drawDigest(groups: readonly Pick<Heard, 'group' | 'members'>[]): string[] {
  const words = messages().alerts;
  const open = groups.filter(({ members }) => members.some(isOpen));
  const count = groups.length;
  if (open.length === 0) return [`● ${words.allWell({ count })}`, ...groups.map((group) => overLine(group))];
  return [
    `▲ ${words.digest({ count })}`,
    ...groups.map((one) => {
      const { id, acknowledged } = one.group;
      const by = acknowledged ? ` · ${words.acknowledged({ by: acknowledged.by })}` : '';
      return one.members.some(isOpen) ? `${headline(one)} · ${id}${by}` : overLine(one);
    }),
    messages().phrases.next({ line: '/alerts' }),
  ];
}

/** The buttons under the message of a group; each is a line that anybody may type. */
export function alertButtons({ group, members, now }: Heard): Button[] {
  const { acknowledge, snooze } = messages().alerts.buttons;
  if (!members.some(isOpen)) return [];
  const { id, acknowledged, snoozed } = group;
  const [first, other] = openOf(members);
  return [
    ...(acknowledged ? [] : [{ label: acknowledge, line: `/acknowledge ${id}` }]),
    ...(snoozed && now < snoozed.until ? [] : [{ label: snooze, line: `/snooze ${id} 1h` }]),
    // What is done about one thing is not done about several.
    ...(other ? [] : (first?.buttons ?? [])),
  ];
}

function nextLines({ group: { id, acknowledged } }: Heard, { hint }: Member): string[] {
  const next = messages().phrases.next;
  if (hint !== undefined) return [next({ line: hint })];
  return acknowledged ? [] : [next({ line: messages().alerts.next({ id }) })];
}

/** One line for each group, for a list. */
export function listAlerts(groups: readonly Group[], now: number): string[] {
  const words = messages().alerts;
  const open = groups.filter((group) => membersOf(group).some(isOpen));
  if (open.length === 0) return [`● ${words.none}`];
  const lines = open.map((group) => {
    const { id, acknowledged, snoozed } = group;
    const facts = [
      id,
      ...(acknowledged ? [words.acknowledged({ by: acknowledged.by })] : []),
      ...(snoozed && now < snoozed.until
        ? [words.snoozed({ by: snoozed.by, until: humanTime(new Date(snoozed.until).toISOString()) })]
        : []),
    ];
    return `${headline({ group, members: membersOf(group) })} · ${facts.join(' · ')}`;
  });
  const { id } = open.find(({ acknowledged }) => !acknowledged) ?? (open[0] as Group);
  return [...lines, messages().phrases.next({ line: words.next({ id }) })];
}
