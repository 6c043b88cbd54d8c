/** ufw's own files of rules, as ufw 0.36 writes and reads them: `user.rules` and `user6.rules`. */
import { createHash } from 'node:crypto';
import type { UfwRule } from './rules.ts';

/** What marks a rule as ours: ufw keeps comments in hexadecimal, and shows this one as `muster`, ours that ends all with a digest. */
const MARK = `comment=${Buffer.from('muster').toString('hex')}`;
const MARKED = new RegExp(` ${MARK}(?:20([0-9a-f]+))?$`);
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

/** What ends ours: nothing that comes after it counts. Its comment tells which rules of others came after it. */
const closing = (route: boolean): UfwRule => ({ action: 'deny', route, protocol: 'any' });

/** Our rules with what ends them. */
export const closed = (rules: readonly UfwRule[]): UfwRule[] => [...rules, closing(false), closing(true)];

/** A file of rules with ours first, and those of others kept behind them; undefined where it is no such file. */
export function withRules(file: string, rules: readonly UfwRule[], family: 4 | 6): string | undefined {
  const parts = RULES.exec(file);
  if (!parts) return undefined;
  const [all, start, ending = '### END RULES ###\n'] = parts;
  const theirs = blocksOf(all).filter(({ tuple }) => !MARKED.test(tuple));
  const digest = Buffer.from(digestOf(theirs.map(({ tuple }) => tuple))).toString('hex');
  const ours = rules.map((rule) => ({ rule, end: '' }));
  const last = rules.length === 0 ? [] : closed([]).map((rule) => ({ rule, end: `20${digest}` }));
  const blocks = [...ours, ...last].map(
    ({ rule, end }) => `\n### tuple ### ${tupleOf(rule, family)}${end}\n${lineOf(rule, family)}\n`,
  );
  return file.replace(
    all,
    () => `${start}${blocks.join('')}${theirs.map(({ text }) => text).join('')}\n${ending}`,
  );
}

/** The rules noted in a file. */
export interface Noted {
  ours: string[];
  theirs: string[];
  /** Whether others have the rules that they had when ours were put there. */
  same: boolean;
}

/** Reads them. */
export function tuplesOf(file: string): Noted {
  const all = blocksOf(file).map(({ tuple }) => tuple);
  const ours = all.filter((tuple) => MARKED.test(tuple));
  const theirs = all.filter((tuple) => !MARKED.test(tuple));
  const digest = ours.map((tuple) => MARKED.exec(tuple)?.[1]).find((found) => found !== undefined);
  return { ours, theirs, same: digest === Buffer.from(digestOf(theirs)).toString('hex') };
}

const blocksOf = (text: string): { text: string; tuple: string }[] =>
  [...text.matchAll(/\n### tuple ### (.*)\n(?:-A .*\n)*/g)].map(([block, tuple]) => ({
    text: block,
    tuple: tuple!.trim(),
  }));

const digestOf = (tuples: readonly string[]): string =>
  createHash('sha256').update(tuples.join('\n')).digest('hex').slice(0, 8);

/** A rule of `iptables-save`, or one of ours, so written that the two can be compared. */
export function comparable(line: string): string {
  const words = line.trim().split(/\s+/);
  const pairs: string[] = [];
  for (let i = 0; i < words.length; i += 2)
    if (words[i] !== '-m') pairs.push(`${words[i]} ${words[i + 1]?.replace(/\/(?:32|128)$/, '')}`);
  return pairs.sort().join(' ');
}
