/** A host's firewall as ufw's own rules, in the order ufw asks them, ufw(8). What ufw cannot give the same way is refused. */
import { everything, formatRange, mergeRanges, prefixesOf } from '../../addresses.ts';
import { MusterError } from '../../errors.ts';
import { portsOf, rangesOf } from '../../firewall/effective.ts';
import { allZones, type Firewall, OUTSIDE, type Rule } from '../../firewall/firewall.ts';
import { messages } from '../../messages/messages.ts';

/** One rule of one family. */
export interface UfwRule {
  action: 'allow' | 'deny';
  /** Whether it is for what is only passed on. */
  route: boolean;
  protocol: 'any' | 'tcp' | 'udp';
  /** `443` or `8000:8010`; undefined for all. */
  ports?: string;
  /** A prefix; undefined for anywhere. */
  source?: string;
  /** An interface; `br-+` stands for all that begin so. */
  interface?: string;
}

export interface UfwRules {
  4: UfwRule[];
  6: UfwRule[];
}

/** ufw takes seconds for more. */
const MOST = 1_000;

/** Says what ufw does anyhow, so that ours are there also where nothing is declared. */
const LOOPBACK: UfwRule = { action: 'allow', route: false, protocol: 'any', interface: 'lo' };

/** The rules that carry a firewall out; rejects with `firewall.unsupported`. Besides, ufw lets mDNS and SSDP multicast in. */
export function rulesOf(firewall: Firewall, host: string): UfwRules {
  const problem = unsupported(firewall);
  if (problem !== undefined) throw new MusterError('firewall.unsupported', { host, message: problem });
  const rules: UfwRules = { 4: [LOOPBACK], 6: [LOOPBACK] };
  const trusted = firewall.zones.filter((zone) => zone.default === 'accept');
  const names = new Set(trusted.map((zone) => zone.name));
  const declared = firewall.rules.filter((rule) => rule.protocol !== 'icmp');
  const drops = declared.filter((rule) => rule.action === 'drop');
  const add = (rule: Rule, zones: readonly string[]) => {
    for (const one of interfacesOf(rule, zones, firewall))
      for (const family of [4, 6] as const) rules[family].push(...expand(rule, family, one, firewall.sets));
  };
  // The first that fits decides: exceptions to trusted zones, trusted zones, what is kept out, what is let in.
  for (const rule of drops)
    if (rule.zones.some((zone) => names.has(zone)))
      add(
        rule,
        rule.zones.filter((zone) => names.has(zone)),
      );
  for (const one of trusted.flatMap((zone) => zone.interfaces.map(pattern)))
    for (const family of [4, 6] as const)
      for (const route of [false, true])
        rules[family].push({ action: 'allow', route, protocol: 'any', interface: one });
  for (const rule of [...drops, ...declared.filter((one) => one.action === 'accept')]) {
    const zones = rule.zones.filter((zone) => !names.has(zone));
    if (rule.zones.length === 0 || zones.length > 0) add(rule, zones);
  }
  const count = rules[4].length + rules[6].length;
  if (count <= MOST) return rules;
  throw new MusterError('firewall.unsupported', { host, message: messages().firewall.ufw.many({ count }) });
}

function unsupported(firewall: Firewall): string | undefined {
  const say = messages().firewall.ufw;
  if (firewall.default === 'accept') return say.accepting;
  const bridged = firewall.zones.find((zone) => zone.bridged);
  if (bridged) return say.bridged(bridged);
  const limited = firewall.rules.find((rule) => rule.limit);
  if (limited) return say.limit(limited);
  const pings = firewall.rules.filter((rule) => rule.protocol === 'icmp');
  const narrow = pings.find((rule) => rule.action === 'drop' || rule.sources.length + rule.zones.length > 0);
  if (narrow) return say.pingRule(narrow);
  if (pings.length === 0) return say.ping;
  const dropping = allZones(firewall).filter((zone) => zone.default === 'drop');
  const alone = firewall.rules.find(
    (rule) => rule.zones.includes(OUTSIDE) && dropping.some((zone) => !rule.zones.includes(zone.name)),
  );
  return alone && say.outside(alone);
}

/** ufw knows interfaces, not zones; undefined stands for all. */
function interfacesOf(rule: Rule, zones: readonly string[], firewall: Firewall): (string | undefined)[] {
  if (rule.zones.length === 0 || zones.includes(OUTSIDE)) return [undefined];
  return firewall.zones
    .filter((zone) => zones.includes(zone.name))
    .flatMap((zone) => zone.interfaces.map(pattern));
}

const pattern = (name: string): string => name.replace(/\*$/, '+');

/** A rule in one family, for one interface: one of ufw's for each prefix and each range of ports. */
function expand(rule: Rule, family: 4 | 6, name: string | undefined, sets: Firewall['sets']): UfwRule[] {
  const ranges = mergeRanges(rule.sources.flatMap((source) => rangesOf(source, sets)));
  const prefixes = ranges.filter((range) => range.family === family).flatMap(prefixesOf);
  const all = formatRange(everything(family));
  const sources = rule.sources.length === 0 ? [all] : prefixes.map(formatRange);
  return sources.flatMap((source) =>
    portsOf(rule).map(
      ({ first, last }): UfwRule => ({
        action: rule.action === 'drop' ? 'deny' : 'allow',
        route: false,
        protocol: rule.protocol === 'udp' ? 'udp' : 'tcp',
        ports: first === last ? `${first}` : `${first}:${last}`,
        ...(source !== all && { source }),
        ...(name !== undefined && { interface: name }),
      }),
    ),
  );
}
