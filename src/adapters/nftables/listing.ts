/** What `nft --json list table` says, as far as it is compared with what should be there; libnftables-json(5). */
import { z } from 'zod';

/** A chain as the kernel has it. */
export interface ListedChain {
  name: string;
  /** `filter prerouting -150 drop` where it sees packets by itself. */
  hook?: string;
  rules: { handle: number; comment?: string | undefined }[];
}

/** The kernel's table. Names and elements may be anybody's. */
export interface Listed {
  /** Whether the table has flags, like `dormant`, which switches all of it off. Which ones, nft 1.0.6 does not say here. */
  flagged: boolean;
  sets: { name: string; type: string; elements: string[]; counts: boolean }[];
  chains: ListedChain[];
  /** What nobody here makes: maps, counters, flow tables… by kind and name. */
  others: string[];
}

const Flags = z.union([z.string(), z.array(z.string())]).default([]);
const Item = z.looseObject({ name: z.string() });
const Listing = z.object({
  nftables: z.array(
    z.looseObject({
      table: z.object({ flags: Flags }).optional(),
      set: z
        .object({
          name: z.string(),
          type: z.union([z.string(), z.array(z.string())]),
          timeout: z.number().optional(),
          elem: z.array(z.unknown()).default([]),
        })
        .optional(),
      chain: z
        .object({
          name: z.string(),
          type: z.string().optional(),
          hook: z.string().optional(),
          prio: z.number().optional(),
          policy: z.string().optional(),
        })
        .optional(),
      rule: z.object({ chain: z.string(), handle: z.number(), comment: z.string().optional() }).optional(),
    }),
  ),
});

/** Reads a listing; throws where it is none. */
export function parseListing(text: string): Listed {
  const { nftables } = Listing.parse(JSON.parse(text));
  const listed: Listed = { flagged: false, sets: [], chains: [], others: [] };
  const chains = new Map<string, ListedChain>();
  for (const { table, set, chain, rule, metainfo, ...other } of nftables) {
    if (table) listed.flagged = table.flags.length > 0;
    if (set)
      listed.sets.push({
        name: set.name,
        type: [set.type].flat().join(' . '),
        counts: set.timeout !== undefined,
        elements: set.elem.map(element),
      });
    if (chain) {
      const hook = chain.hook && [chain.type, chain.hook, chain.prio, chain.policy].join(' ');
      chains.set(chain.name, { name: chain.name, ...(hook && { hook }), rules: [] });
    }
    if (rule) chains.get(rule.chain)?.rules.push({ handle: rule.handle, comment: rule.comment });
    for (const [kind, value] of Object.entries(other))
      listed.others.push(`${kind} ${Item.safeParse(value).data?.name ?? ''}`);
  }
  listed.chains = [...chains.values()];
  return listed;
}

const Prefix = z.object({ prefix: z.object({ addr: z.string(), len: z.number() }) });
const Span = z.object({ range: z.tuple([z.unknown(), z.unknown()]) });
const Concat = z.object({ concat: z.array(z.unknown()) });

/** An element in the words of a ruleset: `10.0.0.0/8 . tcp . 80-90`. One with a time-out or a comment is no such element, and shown as it is. */
function element(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const prefix = Prefix.safeParse(value).data?.prefix;
  if (prefix) return `${prefix.addr}/${prefix.len}`;
  const span = Span.safeParse(value).data?.range;
  if (span) return span.map(element).join('-');
  const concat = Concat.safeParse(value).data?.concat;
  if (concat) return concat.map(element).join(' . ');
  return JSON.stringify(value);
}
