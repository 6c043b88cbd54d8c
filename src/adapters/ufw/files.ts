/** ufw's own files of rules, as ufw 0.36 writes and reads them: `user.rules` and `user6.rules`. */
import type { UfwRule } from './rules.ts';

/** What marks a rule as ours: ufw keeps comments in hexadecimal, and shows this one as `muster`. */
const MARK = `comment=${Buffer.from('muster').toString('hex')}`;
/** As it is installed, a file has no end of its rules, as it has none. */
const RULES = /(### RULES ###\n)(?:[\s\S]*?(### END RULES ###\n))?/;

const ANYWHERE = { 4: '0.0.0.0/0', 6: '::/0' } as const;

/** A rule as ufw notes it down for itself. */
export function tupleOf(rule: UfwRule, family: 4 | 6): string {
  const { route, action, protocol, ports = 'any', source = ANYWHERE[family], interface: name } = rule;
  const direction = name === undefined ? 'in' : `in_${name}`;
  return `${route ? 'route:' : ''}${action} ${protocol} ${ports} ${ANYWHERE[family]} any ${source} ${direction} ${MARK}`;
}

/** The same rule as iptables takes it. */
export function lineOf(rule: UfwRule, family: 4 | 6): string {
  const { route, action, protocol, ports, source, interface: name } = rule;
  return [
    `-A ufw${family === 6 ? '6' : ''}-user-${route ? 'forward' : 'input'}`,
    ...(name === undefined ? [] : [`-i ${name}`]),
    ...(protocol === 'any' ? [] : [`-p ${protocol}`]),
    ...(ports === undefined
      ? []
      : [ports.includes(':') ? `-m multiport --dports ${ports}` : `--dport ${ports}`]),
    ...(source === undefined ? [] : [`-s ${source}`]),
    `-j ${action === 'allow' ? 'ACCEPT' : 'DROP'}`,
  ].join(' ');
}

/** A file of rules with ours in place of all that were in it; undefined where it is no such file. */
export function withRules(file: string, rules: readonly UfwRule[], family: 4 | 6): string | undefined {
  if (!RULES.test(file)) return undefined;
  const blocks = rules.map((rule) => `\n### tuple ### ${tupleOf(rule, family)}\n${lineOf(rule, family)}\n`);
  return file.replace(RULES, (_, start, end = '### END RULES ###\n') => `${start}${blocks.join('')}\n${end}`);
}

/** The rules noted in a file: ours, and those of others. */
export function tuplesOf(file: string): { ours: string[]; theirs: string[] } {
  const all = [...file.matchAll(/^### tuple ### (.*)$/gm)].map(([, tuple]) => tuple!.trim());
  const isOurs = (tuple: string) => tuple.endsWith(` ${MARK}`);
  return { ours: all.filter(isOurs), theirs: all.filter((tuple) => !isOurs(tuple)) };
}

/** A rule of `iptables-save`, or one of ours, so written that the two can be compared. */
export function comparable(line: string): string {
  const words = line.trim().split(/\s+/);
  const pairs: string[] = [];
  for (let i = 0; i < words.length; i += 2)
    if (words[i] !== '-m') pairs.push(`${words[i]} ${words[i + 1]?.replace(/\/(?:32|128)$/, '')}`);
  return pairs.sort().join(' ');
}
