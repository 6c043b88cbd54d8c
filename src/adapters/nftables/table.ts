/** A table of nftables as plain data, nft(8). */
import { createHash } from 'node:crypto';

/** A named set; its elements are in the words `nft list` uses, so that they can be compared. */
export interface NamedSet {
  name: string;
  /** `['ipv4_addr', 'inet_proto', 'inet_service']`. */
  type: readonly string[];
  elements: readonly string[];
  /** Seconds after which an element that the kernel added is forgotten: the set counts for a rate limit. */
  timeout?: number;
}

/** A chain; one with a hook sees packets by itself. */
export interface Chain {
  name: string;
  hook?: { priority: number; policy: 'accept' | 'drop' };
  rules: readonly string[];
}

export interface Table {
  sets: readonly NamedSet[];
  chains: readonly Chain[];
}

/** What marks a rule as ours, in its comment: it changes with the rule's text. */
export const markOf = (rule: string): string =>
  `muster ${createHash('sha256').update(rule).digest('hex').slice(0, 12)}`;

/** One transaction that replaces the table, whatever was in it, and touches nothing else. */
export function renderTable(name: string, { sets, chains }: Table): string {
  return [
    // Adding first makes the deletion succeed where there was no table.
    `add table inet ${name}`,
    `delete table inet ${name}`,
    `table inet ${name} {`,
    ...sets.flatMap(renderSet),
    ...chains.flatMap(renderChain),
    '}',
    '',
  ].join('\n');
}

/** One transaction that removes the table. */
export const renderRemoval = (name: string): string => `add table inet ${name}\ndelete table inet ${name}\n`;

function renderSet({ name, type, elements, timeout }: NamedSet): string[] {
  const kind =
    timeout === undefined
      ? ['    flags interval;']
      : ['    size 65535;', '    flags dynamic,timeout;', `    timeout ${timeout}s;`];
  return [
    `  set ${name} {`,
    `    type ${type.join(' . ')};`,
    ...kind,
    ...(elements.length === 0
      ? []
      : ['    elements = {', ...elements.map((one) => `      ${one},`), '    };']),
    '  }',
  ];
}

function renderChain({ name, hook, rules }: Chain): string[] {
  return [
    `  chain ${name} {`,
    ...(hook ? [`    type filter hook prerouting priority ${hook.priority}; policy ${hook.policy};`] : []),
    ...rules.map((rule) => `    ${rule} comment "${markOf(rule)}"`),
    '  }',
  ];
}
