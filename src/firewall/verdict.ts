/** Why something is let in or not: the rule that decides, or the default of its zone. */
import { parseRange, type Range } from '../addresses.ts';
import { portsOf, rangesOf, sourcesOf } from './effective.ts';
import { allZones, type Firewall, OUTSIDE, type Rule, type Zone, zonesOf } from './firewall.ts';

/** What is asked about. Without a source: somebody whom no rule names. */
export interface Packet {
  protocol: Rule['protocol'];
  /** The host's port as seen from outside; without meaning for ping. */
  port?: number;
  /** An address. */
  source?: string;
  /** The zone it comes in by, `outside` where none is given. */
  zone?: string;
}

export interface Verdict {
  action: 'accept' | 'drop';
  zone: Zone;
  /** The rule that decides, the first by its id where several say the same; without one, the zone's default does. */
  rule?: Rule;
  /** Rules whose limits hold besides. */
  limits: Rule[];
}

/** Names the rule which decides over a new connection. A zone or an address that does not exist is refused with a `RangeError`. */
export function why(firewall: Firewall, packet: Packet): Verdict {
  const zones = allZones(firewall);
  const zone = zones.find((one) => one.name === (packet.zone ?? OUTSIDE));
  if (!zone) throw new RangeError(`no zone ${packet.zone}`);
  const source = packet.source === undefined ? undefined : parseRange(packet.source);
  if (packet.source !== undefined && !source) throw new RangeError(`no address ${packet.source}`);
  const matching = firewall.rules
    .filter((rule) => rule.protocol === packet.protocol && zonesOf(rule, zones).includes(zone))
    .filter((rule) => rule.protocol === 'icmp' || hasPort(rule, packet.port))
    .filter((rule) => sourcesOf(rule).some((one) => from(one, source, firewall.sets)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const drop = matching.find((rule) => rule.action === 'drop');
  if (drop) return { action: 'drop', zone, rule: drop, limits: [] };
  const limits = matching.filter((rule) => rule.limit);
  const rule = limits[0] ?? matching[0];
  return { action: rule ? 'accept' : zone.default, zone, ...(rule && { rule }), limits };
}

const hasPort = (rule: Rule, port = -1): boolean =>
  portsOf(rule).some(({ first, last }) => first <= port && port <= last);

function from(name: string, source: Range | undefined, sets: Firewall['sets']): boolean {
  if (name === 'anywhere' || source === undefined) return name === 'anywhere';
  return rangesOf(name, sets).some(
    (one) => one.family === source.family && one.first <= source.first && source.last <= one.last,
  );
}
