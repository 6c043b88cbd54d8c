/** How healthy the whole of something is: a percentage of its parts, with the reasons. Pure. */

import type { Component, Monitor } from './monitor.ts';
import { CLOUD, hostBelow, serviceOf, subjectOf } from './names.ts';
import { type Health, STATES } from './pulse.ts';

/** Why something is not wholly well. */
export interface Reason {
  component: string;
  check?: string;
  status: Health;
  detail?: string;
  flapping?: boolean;
  /** What it needs and does not have. */
  because?: string;
  /** ms since the epoch. */
  since: number;
}

export interface Rolled {
  state: Health;
  /** 0 to 100; absent where nothing is known. */
  percent?: number;
  reasons: Reason[];
  /** Why it is left out now. */
  maintenance?: string;
}

/** What each state counts; what is unknown is left out. */
const WORTH: Record<Exclude<Health, 'unknown'>, number> = { healthy: 100, degraded: 50, unhealthy: 0 };
/** Of what is one thing, and well. */
const WELL: Rolled = { state: 'healthy', percent: 100, reasons: [] };
const MOST_REASONS = 20;

/** Why a component is in maintenance now; undefined where it is not. */
export type Maintenance = (subject: string) => string | undefined;

/** The hosts of each environment, both as components are called: `environment/production`, `host/web-1`. */
export type Environments = ReadonlyMap<string, ReadonlySet<string>>;
const NONE: Environments = new Map();

/** The whole of `cloud`, an environment, a host or an app. */
export function rollUp(
  monitor: Monitor,
  target: string,
  maintained: Maintenance,
  environments: Environments = NONE,
): Rolled {
  if (target === CLOUD)
    return ofMany(monitor.subjects(), (subject) => ofOne(monitor, subject, maintained), maintained);
  const hosts = environments.get(target);
  if (!hosts) return ofOne(monitor, target, maintained);
  // Of an app that runs elsewhere, too, only what runs here counts.
  const isHere = (id: string) => hosts.has(hostBelow(id) ?? '') || !serviceOf(id);
  const here = new Set<string>();
  for (const host of hosts) for (const id of monitor.on(host)) here.add(subjectOf(id));
  const maintenance = maintained(target);
  return {
    ...ofMany([...here], (subject) => ofOne(monitor, subject, maintained, isHere), maintained),
    ...(maintenance !== undefined && { maintenance }),
  };
}

function ofOne(
  monitor: Monitor,
  target: string,
  maintained: Maintenance,
  isHere: (id: string) => boolean = () => true,
): Rolled {
  const maintenance = maintained(target);
  if (maintenance === undefined && monitor.isPlainlyWell(target)) return WELL;
  const components = [...monitor.all(target)].filter(({ id }) => isHere(id));
  const counted = components.filter(
    ({ id }) => subjectOf(id) === target || maintained(subjectOf(id)) === undefined,
  );
  const parts = counted.flatMap((component) => partsOf(component, target));
  const reasons = counted.flatMap((component) => reasonsOf(component, target)).sort(worstFirst);
  const percent = mean(parts);
  const rolled = {
    percent,
    reasons: reasons.slice(0, MOST_REASONS),
    ...(maintenance !== undefined && { maintenance }),
  };
  return { ...rolled, ...asUnreachable(counted, target, percent) };
}

/** The mean of several, each a whole of its own; those in maintenance are left out. */
function ofMany(
  subjects: readonly string[],
  rollOne: (subject: string) => Rolled,
  maintained: Maintenance,
): Rolled {
  const rolled = subjects.filter((subject) => maintained(subject) === undefined).map(rollOne);
  const percent = mean(rolled.flatMap((one) => one.percent ?? []));
  const isIll = rolled.some(({ state }) => state === 'degraded' || state === 'unhealthy');
  const known = new Map<string, Reason>();
  for (const { reasons } of rolled)
    for (const reason of reasons) known.set(`${reason.component} ${reason.check ?? ''}`, reason);
  const reasons = [...known.values()].sort(worstFirst).slice(0, MOST_REASONS);
  if (percent === undefined) return { state: 'unknown', reasons };
  return { state: percent < 50 ? 'unhealthy' : isIll ? 'degraded' : 'healthy', percent, reasons };
}

/** Its own checks count one each, and a service on a host as a whole. */
function partsOf({ id, state, checks }: Component, target: string): number[] {
  const states = id === target ? checks.map(({ status }) => status) : [state];
  return states.flatMap((one) => (one === 'unknown' ? [] : WORTH[one]));
}

function reasonsOf({ id, state, because, since, checks }: Component, target: string): Reason[] {
  // What an app lacks by its host, the host says itself.
  if (because !== undefined)
    return because === target ? [] : [{ component: id, status: state, because, since }];
  return checks
    .filter(({ status }) => status === 'degraded' || status === 'unhealthy')
    .map(({ check, status, detail, flapping, since }) => ({
      component: id,
      check,
      status,
      ...(detail !== undefined && { detail }),
      ...(flapping && { flapping }),
      since,
    }));
}

/** The state of the whole: what cannot be reached, or has a service with nothing of it left, is unhealthy whatever its percentage. */
function asUnreachable(
  components: readonly Component[],
  target: string,
  percent: number | undefined,
): Pick<Rolled, 'state' | 'percent'> {
  if (percent === undefined) return { state: 'unknown' };
  const own = components.find(({ id }) => id === target);
  const gone = own?.checks.some(
    ({ check, status }) => ['reach', 'engine'].includes(check) && status === 'unhealthy',
  );
  if (gone) return { state: 'unhealthy', percent: 0 };
  const services = new Map<string, Health[]>();
  for (const { id, state } of components) {
    const service = subjectOf(id) === target ? serviceOf(id) : undefined;
    if (service) services.set(service.service, [...(services.get(service.service) ?? []), state]);
  }
  const lost = [...services.values()].some((states) => states.every((state) => state === 'unhealthy'));
  const ill = target.startsWith('app/') && (lost || own?.own === 'unhealthy');
  if (ill || percent < 50) return { state: 'unhealthy', percent };
  return { state: percent < 100 ? 'degraded' : 'healthy', percent };
}

function mean(parts: readonly number[]): number | undefined {
  if (parts.length === 0) return undefined;
  const sum = parts.reduce((total, part) => total + part, 0);
  // Not wholly well is never said to be 100.
  return Math.floor(sum / parts.length);
}

const worstFirst = (a: Reason, b: Reason): number =>
  STATES.indexOf(b.status) - STATES.indexOf(a.status) ||
  Number(a.because !== undefined) - Number(b.because !== undefined) ||
  a.since - b.since;
