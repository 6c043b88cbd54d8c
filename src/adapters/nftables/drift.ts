/** What others changed in our table, as lines for people. */
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import type { Listed, ListedChain } from './listing.ts';
import { type Chain, markOf, type Table } from './table.ts';

/** What `nft --handle list table` says, for people: a rule's text by its handle, and the table's flags. */
export interface Words {
  rules: ReadonlyMap<number, string>;
  flags?: string | undefined;
}

/** `+` is in the kernel and should not be; `-` should be, and is missing. */
export function driftOf(wanted: Table, found: Listed, words: Words): string[] {
  const say = messages().firewall.drift;
  const sets = compared(wanted.sets, found.sets);
  const chains = compared(wanted.chains, found.chains);
  const lines = [
    ...(found.flagged ? [`+ flags ${words.flags}`] : []),
    ...found.others.map((part) => `+ ${part}`),
    ...sets.missing.map(({ name }) => `- set ${name}`),
    ...sets.strange.map(({ name }) => `+ set ${name}`),
    ...chains.missing.map(({ name }) => `- chain ${name}`),
    ...chains.strange.map(({ name }) => `+ chain ${name}`),
  ];
  for (const [set, now] of sets.both) {
    if (set.type.join(' . ') !== now.type) lines.push(`+ set ${set.name}: ${now.type}`);
    // What a rate limit has counted is nobody's rule.
    if (set.timeout !== undefined) continue;
    const is = new Set(now.elements);
    const should = new Set(set.elements);
    const line = (element: string) => say.element({ set: set.name, element });
    lines.push(...set.elements.filter((one) => !is.has(one)).map((one) => `- ${line(one)}`));
    lines.push(...now.elements.filter((one) => !should.has(one)).map((one) => `+ ${line(one)}`));
  }
  for (const [chain, now] of chains.both) lines.push(...chainLines(chain, now, words.rules));
  return lines.map((line) => printable(line).replaceAll('\n', ' '));
}

function chainLines(chain: Chain, now: ListedChain, rules: Words['rules']): string[] {
  const say = messages().firewall.drift;
  const lines: string[] = [];
  const hook = chain.hook && `filter prerouting ${chain.hook.priority} ${chain.hook.policy}`;
  if (hook !== now.hook) {
    if (hook) lines.push(`- chain ${chain.name}: ${hook}`);
    if (now.hook) lines.push(`+ chain ${chain.name}: ${now.hook}`);
  }
  const marks = new Map(chain.rules.map((rule) => [markOf(rule), rule]));
  const found = now.rules.map(({ comment }) => comment ?? '');
  for (const [mark, rule] of marks)
    if (!found.includes(mark)) lines.push(`- ${say.rule({ chain: chain.name, rule })}`);
  for (const [i, { handle, comment = '' }] of now.rules.entries()) {
    // A rule of ours that is there twice is somebody's, too.
    if (marks.has(comment) && found.indexOf(comment) === i) continue;
    lines.push(`+ ${say.rule({ chain: chain.name, rule: rules.get(handle) ?? `#${handle}` })}`);
  }
  const ours = found.filter((mark, i) => marks.has(mark) && found.indexOf(mark) === i);
  const order = [...marks.keys()].filter((mark) => ours.includes(mark));
  if (ours.join() !== order.join()) lines.push(`+ ${say.moved({ chain: chain.name })}`);
  return lines;
}

function compared<A extends { name: string }, B extends { name: string }>(
  wanted: readonly A[],
  found: readonly B[],
) {
  const is = new Map(found.map((one) => [one.name, one]));
  const should = new Map(wanted.map((one) => [one.name, one]));
  return {
    missing: wanted.filter(({ name }) => !is.has(name)),
    strange: found.filter(({ name }) => !should.has(name)),
    both: wanted.flatMap((one): [A, B][] => (is.has(one.name) ? [[one, is.get(one.name)!]] : [])),
  };
}
