/** What a firewall's rules come to: sorted, merged, each with everybody who asked for it, and where they contradict each other. */
import { covers, everything, mergeRanges, parseRange, type Range } from '../addresses.ts';
import { allZones, type Firewall, portRange, type RateLimit, type Rule, zonesOf } from './firewall.ts';

/** Ports from `first` to `last`; 0 to 0 for ping. */
export interface Segment {
  first: number;
  last: number;
  /** Who declared it, sorted. */
  owners: string[];
}

/** Everything that is treated alike, whatever its ports. */
export interface Lane {
  action: Rule['action'];
  protocol: Rule['protocol'];
  /** `anywhere`, addresses, or `@office`. */
  source: string;
  /** Undefined for every zone that drops by default. */
  zone?: string;
  limit?: RateLimit;
  /** Sorted, none overlaps another. */
  segments: Segment[];
}

/** `never`: what `rule` accepts is all dropped by `by`. `limited`: what `rule` accepts is held to the limit of `by`. */
export interface Conflict {
  kind: 'never' | 'limited';
  rule: Rule;
  by: Rule;
}

export interface Effective {
  lanes: Lane[];
  conflicts: Conflict[];
}

/** What is in force. The order in which rules were declared, and rules that say what others say, make no difference. */
export function effective(firewall: Firewall): Effective {
  return { lanes: lanesOf(firewall.rules), conflicts: conflictsOf(firewall) };
}

/** The ports of a rule as numbers, sorted and merged. */
export function portsOf(rule: Pick<Rule, 'ports'>): { first: number; last: number }[] {
  if (rule.ports.length === 0) return [{ first: 0, last: 0 }];
  const merged: { first: number; last: number }[] = [];
  const sorted = rule.ports.map((one) => portRange(one)!).sort((a, b) => a.first - b.first);
  for (const one of sorted) {
    const previous = merged.at(-1);
    if (previous && one.first <= previous.last + 1) previous.last = Math.max(previous.last, one.last);
    else merged.push({ ...one });
  }
  return merged;
}

/** Address sets are long, and asked for often; what was parsed is never changed. */
const merged = new WeakMap<readonly string[], Range[]>();

/** The addresses behind one source of a rule, merged. */
export function rangesOf(source: string, sets: Firewall['sets']): Range[] {
  if (source === 'anywhere') return [everything(4), everything(6)];
  if (!source.startsWith('@')) return [parseRange(source)!];
  const texts = sets[source.slice(1)]!;
  const known = merged.get(texts) ?? mergeRanges(texts.map((text) => parseRange(text)!));
  merged.set(texts, known);
  return known;
}

/** What a rule names as sources, `anywhere` where it names none. */
export const sourcesOf = (rule: Rule): string[] => (rule.sources.length === 0 ? ['anywhere'] : rule.sources);

const ACTIONS = ['drop', 'accept'];
const PROTOCOLS = ['tcp', 'udp', 'icmp'];
const limitKey = (limit?: RateLimit) => (limit ? `${limit.rate}/${limit.per}/${limit.burst}` : '');

/** A word that is the same for what is treated alike. */
export const laneKey = (lane: Omit<Lane, 'segments'>): string =>
  [lane.zone ?? '', lane.action, lane.protocol, lane.source, limitKey(lane.limit)].join(' ');

function lanesOf(rules: readonly Rule[]): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const rule of rules) {
    for (const zone of rule.zones.length === 0 ? [undefined] : rule.zones) {
      for (const source of new Set(sourcesOf(rule))) {
        const { action, protocol, limit } = rule;
        const lane: Lane = {
          ...{ action, protocol, source },
          ...(zone !== undefined && { zone }),
          ...(limit && { limit }),
          segments: [],
        };
        const key = laneKey(lane);
        if (!lanes.has(key)) lanes.set(key, lane);
        lanes.get(key)!.segments.push(...portsOf(rule).map((one) => ({ ...one, owners: [rule.owner] })));
      }
    }
  }
  return [...lanes.values()].map((lane) => ({ ...lane, segments: fold(lane.segments) })).sort(compareLanes);
}

function compareLanes(a: Lane, b: Lane): number {
  return (
    ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action) ||
    PROTOCOLS.indexOf(a.protocol) - PROTOCOLS.indexOf(b.protocol) ||
    a.segments[0]!.first - b.segments[0]!.first ||
    (laneKey(a) < laneKey(b) ? -1 : 1)
  );
}

/** Cuts overlapping segments where their owners change, and joins neighbours of the same owners. */
function fold(segments: readonly Segment[]): Segment[] {
  const starts = group(segments, (one) => one.first);
  const ends = group(segments, (one) => one.last + 1);
  const cuts = [...new Set([...starts.keys(), ...ends.keys()])].sort((a, b) => a - b);
  const open = new Map<string, number>();
  const folded: Segment[] = [];
  for (const [i, first] of cuts.entries()) {
    for (const { owners } of ends.get(first) ?? []) close(open, owners[0]!);
    for (const { owners } of starts.get(first) ?? []) open.set(owners[0]!, (open.get(owners[0]!) ?? 0) + 1);
    if (open.size === 0) continue;
    const owners = [...open.keys()].sort();
    const last = cuts[i + 1]! - 1;
    const previous = folded.at(-1);
    if (previous?.last === first - 1 && previous.owners.join() === owners.join()) previous.last = last;
    else folded.push({ first, last, owners });
  }
  return folded;
}

function group(segments: readonly Segment[], by: (segment: Segment) => number): Map<number, Segment[]> {
  const groups = new Map<number, Segment[]>();
  for (const segment of segments) groups.set(by(segment), [...(groups.get(by(segment)) ?? []), segment]);
  return groups;
}

function close(open: Map<string, number>, owner: string): void {
  const left = open.get(owner)! - 1;
  if (left === 0) open.delete(owner);
  else open.set(owner, left);
}

function conflictsOf(firewall: Firewall): Conflict[] {
  const { rules, sets } = firewall;
  const zones = allZones(firewall);
  const facts = rules.map((rule) => ({
    rule,
    ports: portsOf(rule),
    zones: new Set(zonesOf(rule, zones).map((zone) => zone.name)),
  }));
  const strict = facts
    .filter(({ rule }) => rule.action === 'drop' || rule.limit)
    .map((fact) => ({ ...fact, covers: covering(fact.rule, sets) }));
  const conflicts: Conflict[] = [];
  for (const one of facts.filter(({ rule }) => rule.action === 'accept')) {
    for (const by of strict) {
      if (by.rule === one.rule || by.rule.protocol !== one.rule.protocol) continue;
      const inside = one.ports.every((a) => by.ports.some((b) => b.first <= a.first && a.last <= b.last));
      if (!inside || ![...one.zones].every((zone) => by.zones.has(zone))) continue;
      if (by.rule.limit && limitKey(by.rule.limit) === limitKey(one.rule.limit)) continue;
      if (!sourcesOf(one.rule).every(by.covers)) continue;
      conflicts.push({ kind: by.rule.limit ? 'limited' : 'never', rule: one.rule, by: by.rule });
    }
  }
  return conflicts;
}

/** Tells whether a rule speaks of all addresses of a source. Address sets are long: each is looked at once. */
function covering(rule: Rule, sets: Firewall['sets']): (source: string) => boolean {
  const known = new Map<string, boolean>();
  let outer: Range[] | undefined;
  return (source) => {
    outer ??= mergeRanges(sourcesOf(rule).flatMap((one) => rangesOf(one, sets)));
    const ranges = outer;
    const covered = known.get(source) ?? rangesOf(source, sets).every((range) => covers(ranges, range));
    known.set(source, covered);
    return covered;
  };
}
