/**
 * What ufw does not see: a port that a container engine publishes is translated before ufw is asked, and passed on. So the
 * same rules stand once more in a chain of ours, asked first (mangle) and by the port that was meant before translation.
 */
import type { UfwRule } from './rules.ts';

const CHAIN = 'muster-published';
const JUMPS = [`FORWARD -j ${CHAIN}`, `INPUT -m conntrack --ctstate DNAT -j ${CHAIN}`];

/** The chain's rules, as iptables takes and lists them. */
export const chainOf = (rules: readonly UfwRule[]): string[] => [
  `-A ${CHAIN} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN`,
  ...rules.filter((rule) => !rule.route).map(lineOf),
  `-A ${CHAIN} -j DROP`,
];

function lineOf({ action, protocol, ports, source, interface: name }: UfwRule): string {
  return [
    `-A ${CHAIN}`,
    ...(source === undefined ? [] : [`-s ${source}`]),
    ...(name === undefined ? [] : [`-i ${name}`]),
    ...(protocol === 'any' ? [] : [`-p ${protocol}`]),
    ...(ports === undefined ? [] : [`-m conntrack --ctstate DNAT --ctorigdstport ${ports}`]),
    `-j ${action === 'allow' ? 'RETURN' : 'DROP'}`,
  ].join(' ');
}

/** What of it the kernel has. */
export interface Translated {
  /** The chain's rules; undefined where there is no such chain. */
  chain: string[] | undefined;
  /** The built-in chains' rules that lead there, as those that should be there, how often. */
  jumps: string[];
}

/** Reads it out of what `iptables-save -t mangle` printed. */
export function readTranslated(saved: string): Translated {
  const lines = saved.split('\n');
  return {
    chain: lines.some((line) => line.startsWith(`:${CHAIN} `))
      ? lines.filter((line) => line.startsWith(`-A ${CHAIN} `))
      : undefined,
    jumps: lines.filter((line) => JUMPS.some((jump) => line === `-A ${jump}`)),
  };
}

/** The rules that lead to the chain and are not there. */
export const missingJumps = ({ jumps }: Translated): string[] =>
  JUMPS.map((jump) => `-A ${jump}`).filter((line) => !jumps.includes(line));

/** What `iptables-restore --noflush` makes the chain of it, in one go; without rules it takes the chain away. */
export function restoring(lines: readonly string[] | undefined, found: Translated): string {
  const before = found.jumps.map((line) => line.replace('-A ', '-D '));
  const after = JUMPS.map((jump) => `-I ${jump}`);
  return [
    '*mangle',
    `:${CHAIN} - [0:0]`,
    ...before,
    ...(lines === undefined ? [`-X ${CHAIN}`] : [...lines, ...after]),
    'COMMIT',
    '',
  ].join('\n');
}
