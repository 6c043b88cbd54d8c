/** How what ufw and the kernel have differs from what a firewall comes to, in one family. */
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { closed, comparable, lineOf, tuplesOf } from './files.ts';
import type { UfwRule } from './rules.ts';
import { chainOf, missingJumps, type Translated } from './translated.ts';

/** What there is of one family. */
export interface Found {
  /** ufw's file of rules. */
  file: string;
  /** What `iptables-save` lists of the table `filter`. */
  filter: string;
  translated: Translated;
}

/** Whether nothing of ours is there, or the kernel has forgotten it, as after a reboot. */
export const isAbsent = ({ file, translated }: Found): boolean =>
  translated.chain === undefined || tuplesOf(file).ours.length === 0;

/** The differences, as lines for people. */
export function ufwDrift(rules: readonly UfwRule[], found: Found, family: 4 | 6): string[] {
  const say = messages().firewall.drift;
  const all = closed(rules).map((rule) => lineOf(rule, family));
  const inFilter = ['input', 'forward'].flatMap((suffix) => {
    const chain = `ufw${family === 6 ? '6' : ''}-user-${suffix}`;
    const wanted = all.filter((line) => line.startsWith(`-A ${chain} `));
    const listed = found.filter.split('\n').filter((line) => line.startsWith(`-A ${chain} `));
    // What comes after the rule that ends ours does not count.
    const end = listed.map(comparable).indexOf(comparable(wanted.at(-1)!));
    return chainDrift(chain, wanted, end < 0 ? listed : listed.slice(0, end + 1));
  });
  const wanted = chainOf(rules);
  const name = wanted[0]!.split(' ')[1]!;
  const jumps = missingJumps(found.translated).map(
    (line) => `- ${printable(say.rule({ chain: line.split(' ')[1]!, rule: line.replace(/^-A \S+ /, '') }))}`,
  );
  const { theirs, same } = tuplesOf(found.file);
  const others = printable(theirs.join(', ') || '-').slice(0, 300);
  return [
    ...inFilter,
    ...chainDrift(name, wanted, found.translated.chain ?? []),
    ...jumps,
    ...(same ? [] : [`~ ${say.others({ rules: others })}`]),
  ];
}

/** How one chain differs: what is missing, what came on top, or that the order is another one. */
function chainDrift(chain: string, wanted: readonly string[], listed: readonly string[]): string[] {
  const say = messages().firewall.drift;
  const is = new Set(listed.map(comparable));
  const should = new Set(wanted.map(comparable));
  const rule = (line: string) => printable(say.rule({ chain, rule: line.replace(`-A ${chain} `, '') }));
  const lines = [
    ...wanted.filter((line) => !is.has(comparable(line))).map((line) => `- ${rule(line)}`),
    ...listed.filter((line) => !should.has(comparable(line))).map((line) => `+ ${rule(line)}`),
  ];
  const same = listed.map(comparable).join('\n') === wanted.map(comparable).join('\n');
  return lines.length === 0 && !same ? [`+ ${say.moved({ chain })}`] : lines;
}
