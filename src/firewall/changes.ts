/** What changes between two firewalls, as lines for people: `+ tcp 443 from anywhere (app/shop)`. */

import { messages } from '../messages/messages.ts';
import { effective, type Lane, laneKey, type Segment } from './effective.ts';
import { allZones, type Firewall, formatPorts } from './firewall.ts';

/** What changes, sorted. Nothing where other rules name the same ports from the same sources. */
export function diff(before: Firewall, after: Firewall): string[] {
  return [
    ...zoneLines(before, after),
    ...setLines(before.sets, after.sets),
    ...laneLines(effective(before).lanes, effective(after).lanes),
  ];
}

/** A lane's ports in words, one line each, without a sign: `tcp 443 from anywhere (app/shop)`. */
export function describe(lane: Lane): string[] {
  return lane.segments.map((segment) => laneLine(lane, segment));
}

function laneLine({ action, protocol, source, zone, limit }: Lane, { first, last, owners }: Segment): string {
  const ports = first === 0 ? '' : formatPorts({ first, last });
  const words = messages().firewall;
  return words.line({
    ...{ action, protocol, ports, source, zone, owners: owners.join(', ') },
    limit: limit && words.rate[limit.per](limit),
  });
}

function laneLines(before: readonly Lane[], after: readonly Lane[]): string[] {
  const old = new Map(before.map((lane) => [laneKey(lane), lane]));
  const now = new Map(after.map((lane) => [laneKey(lane), lane]));
  const only = (lanes: readonly Lane[], others: Map<string, Lane>, sign: string) =>
    lanes.flatMap((lane) => {
      const rest = without(lane.segments, others.get(laneKey(lane))?.segments ?? []);
      return rest.map((segment) => `${sign} ${laneLine(lane, segment)}`);
    });
  return [...only(before, now, '-'), ...only(after, old, '+')];
}

/** The ports of `segments` that are in none of `others`. */
function without(segments: readonly Segment[], others: readonly Segment[]): Segment[] {
  return segments.flatMap((segment) => {
    const rest: Segment[] = [];
    let first = segment.first;
    for (const other of others) {
      if (other.last < first || other.first > segment.last) continue;
      if (other.first > first) rest.push({ ...segment, first, last: other.first - 1 });
      first = other.last + 1;
    }
    if (first <= segment.last) rest.push({ ...segment, first });
    return rest;
  });
}

function zoneLines(before: Firewall, after: Firewall): string[] {
  const words = messages().firewall;
  const lines = (firewall: Firewall) =>
    allZones(firewall).flatMap((zone) => [
      words.zoneDefault(zone),
      ...(zone.bridged ? [words.zoneBridged(zone)] : []),
      ...zone.interfaces.map((one) => words.zoneInterface({ zone: zone.name, interface: one })),
    ]);
  return signed(lines(before), lines(after));
}

function setLines(before: Firewall['sets'], after: Firewall['sets']): string[] {
  const lines = (sets: Firewall['sets']) =>
    Object.keys(sets)
      .sort()
      .flatMap((name) => sets[name]!.map((addresses) => messages().firewall.setEntry({ name, addresses })));
  return signed(lines(before), lines(after));
}

function signed(before: readonly string[], after: readonly string[]): string[] {
  const old = new Set(before);
  const now = new Set(after);
  return [
    ...[...old].filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...[...now].filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ];
}
