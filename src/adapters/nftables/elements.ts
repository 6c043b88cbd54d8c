/** Set elements in nft(8)'s words, none overlapping another: sets of intervals refuse what overlaps. */
import { formatRange, mergeRanges, type Range } from '../../addresses.ts';
import { portsOf } from '../../firewall/effective.ts';
import { formatPorts, type Rule } from '../../firewall/firewall.ts';

/** What some addresses may reach, or may not. */
export interface Reach {
  rule: Rule;
  ranges: readonly Range[];
}

/** `443`, `8000-8010`: the ports of rules, merged. */
export const portElements = (rules: readonly Rule[]): string[] =>
  rules.length === 0 ? [] : portsOf({ ports: rules.flatMap((rule) => rule.ports) }).map(formatPorts);

/** `tcp . 443`: the ports of rules with their protocol, merged. */
export const protocolElements = (rules: readonly Rule[]): string[] =>
  (['tcp', 'udp'] as const).flatMap((protocol) =>
    portElements(rules.filter((rule) => rule.protocol === protocol)).map((ports) => `${protocol} . ${ports}`),
  );

/** `10.0.0.0/8`: addresses of one family, merged. */
export const addressElements = (ranges: readonly Range[], family: 4 | 6): string[] =>
  mergeRanges(ranges.filter((range) => range.family === family)).map(formatRange);

/** `10.0.0.0/8 . tcp . 443`: who may reach what, in one family. Each port range is cut where its addresses change. */
export function reachElements(reaches: readonly Reach[], family: 4 | 6): string[] {
  return (['tcp', 'udp'] as const).flatMap((protocol) => {
    const stretches = reaches
      .filter(({ rule }) => rule.protocol === protocol)
      .flatMap(({ rule, ranges }) =>
        portsOf(rule).map((ports) => ({ ...ports, ranges: ranges.filter((one) => one.family === family) })),
      )
      .filter(({ ranges }) => ranges.length > 0);
    return cut(stretches).flatMap(({ first, last, addresses }) =>
      addresses.map((one) => `${one} . ${protocol} . ${formatPorts({ first, last })}`),
    );
  });
}

interface Stretch {
  first: number;
  last: number;
  ranges: Range[];
}

function cut(stretches: readonly Stretch[]): { first: number; last: number; addresses: string[] }[] {
  const waiting = [...stretches].sort((a, b) => a.first - b.first);
  const cuts = [...new Set(stretches.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b);
  const pieces: { first: number; last: number; addresses: string[] }[] = [];
  let open: Stretch[] = [];
  let next = 0;
  for (const [i, first] of cuts.entries()) {
    open = open.filter(({ last }) => last >= first);
    while (waiting[next]?.first === first) open.push(waiting[next++]!);
    if (open.length === 0) continue;
    const last = cuts[i + 1]! - 1;
    const addresses = mergeRanges(open.flatMap(({ ranges }) => ranges)).map(formatRange);
    const previous = pieces.at(-1);
    if (previous?.last === first - 1 && previous.addresses.join() === addresses.join()) previous.last = last;
    else pieces.push({ first, last, addresses });
  }
  return pieces;
}
