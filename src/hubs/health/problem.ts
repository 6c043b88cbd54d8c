/** What is wrong with one component, as an alarm. What it needs and does not have says that itself, so that a host that is down is one alert. */
import type { Alarm } from '../../alarm.ts';
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import type { Component, Monitor, Standing } from './monitor.ts';
import { serviceOf, subjectOf } from './names.ts';
import type { Maintenance } from './rollup.ts';
import { inWords } from './words.ts';

/** Who is told of these by somebody else: the dead-man's switch of the managers. */
const TOLD_ELSEWHERE = /^(?:worker|manager|platform|hub)\//;
/** Apps that are named below a host that is down. */
const NAMED = 5;

/** The key of a component's alarm. */
export const alarmKey = (id: string): string => `health/${id}`;

/** An alarm, and what makes it another one: details that go up and down do not. */
export interface Problem {
  alarm: Alarm;
  mark: string;
}

/** The alarm that a component is worth now; undefined where it is well, unknown, in maintenance, or ill only by what it needs. */
export function problemOf(
  monitor: Monitor,
  { id, checks, own, state, because }: Component,
  maintained: Maintenance,
): Problem | undefined {
  if (TOLD_ELSEWHERE.test(id) || because !== undefined) return undefined;
  if (state !== 'degraded' && state !== 'unhealthy') return undefined;
  const service = serviceOf(id);
  if (maintained(subjectOf(id)) !== undefined) return undefined;
  if (service && maintained(`host/${service.host}`) !== undefined) return undefined;
  const worst = checks.find(({ status }) => status === own) as Standing;
  const words = messages().health;
  const vital = worst.check === 'reach' || worst.check === 'engine';
  const below = vital ? appsOn(monitor, id) : [];
  // Nobody has to get up for it where another one of the same service is well.
  const severity = own === 'unhealthy' && !monitor.isServed(id) ? 'critical' : 'warning';
  const alarm: Alarm = {
    key: alarmKey(id),
    severity,
    // Hosts that go at once are one message; so is what is wrong with one app.
    cause: id.startsWith('host/') ? `health.host.${worst.check}` : `health.${subjectOf(id)}`,
    subject: subjectOf(id),
    summary: inWords({ component: id, ...worst }),
    // An engine that is not there, or was ended, is started by that; on a new machine it is installed.
    ...(worst.check === 'engine' && { hint: `/prepare ${id.slice(id.indexOf('/') + 1)}` }),
    ...ending(id, worst.check),
    lines: [
      ...(worst.flapping ? [words.flapping({ since: humanTime(new Date(worst.since).toISOString()) })] : []),
      ...(below.length > 0
        ? [words.below({ names: below.slice(0, NAMED), more: Math.max(0, below.length - NAMED) })]
        : []),
    ],
  };
  return { alarm, mark: [severity, worst.check, worst.status, worst.flapping, ...below].join(' ') };
}

function appsOn(monitor: Monitor, host: string): string[] {
  const names = [...monitor.all(host)].flatMap(({ id }) => serviceOf(id)?.app ?? []);
  return [...new Set(names)].sort();
}

/** How it ends, and what is said of several. */
function ending(id: string, check: string): Pick<Alarm, 'over' | 'many' | 'manyOver'> {
  const { over, many } = messages().health;
  const service = serviceOf(id);
  if (service) return { over: over.service(service), many: many.services, manyOver: many.servicesOver };
  const name = id.slice(id.indexOf('/') + 1);
  if (id.startsWith('host/') && check === 'reach')
    return { over: over.reach({ host: name }), many: many.hosts, manyOver: many.hostsOver };
  return { over: over.other({ name }), many: many.others, manyOver: many.othersOver };
}
