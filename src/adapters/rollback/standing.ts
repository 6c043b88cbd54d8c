/** What the script tells of how things stand. */
import { z } from 'zod';
import { Firewall } from '../../firewall/firewall.ts';
import { printable } from '../../shell.ts';

/** What is on disk of one firewall; `rules` is null where there was none of Muster's. */
export const Kept = z.strictObject({ id: z.string(), by: z.string(), rules: Firewall.nullable() });
export type Kept = z.output<typeof Kept>;

/** How things stand on a host. */
export interface Standing {
  /** The last one that was kept. */
  good?: Kept;
  /** The id of the one that was kept before that. */
  before?: string;
  /** One that is in force for as many ms as are left. */
  pending?: Kept & { left: number };
  /** Why the last good one could not be put in force; `lost` where none can be read. */
  trouble?: string;
  /** Whether the last good one is put in force when the host starts. */
  boots: boolean;
}

/** Reads what `show` printed; what cannot be read counts as lost. */
export function readStanding(stdout: string): Standing {
  const found: Standing = { boots: false };
  for (const line of stdout.split('\n')) {
    const [, what, rest = ''] = /^(\w+) (.*)$/.exec(line) ?? [];
    if (what === 'boots') found.boots = rest === 'yes';
    if (what === 'before') found.before = rest;
    if (what === 'trouble') found.trouble ??= shortened(rest);
    const [, left, json = ''] = (what === 'pending' && /^(\d+) (.*)$/.exec(rest)) || [];
    const kept = readKept(left === undefined ? rest : json);
    if (what === 'good') found.good = kept;
    if (what === 'pending' && kept) found.pending = { ...kept, left: Number(left) * 10 };
    // Another Muster's words are as good as none.
    if ((what === 'good' || what === 'pending') && !kept) found.trouble ??= 'lost';
  }
  return found;
}

/** The JSON of one firewall; undefined where it is none. */
export const readKept = (json: string): Kept | undefined => Kept.safeParse(parsed(json)).data;

/** What nft said, short enough for a message. */
export const shortened = (text: string): string => printable(text.replace(/^.*?Error: /, '')).slice(0, 200);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
