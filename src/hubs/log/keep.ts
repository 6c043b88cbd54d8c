/** What may stay: by age, and by size, where the owner that has most gives first. */
import type { Segment } from './segment.ts';

const MS = 1_000_000n;

/** What is to go: whole segments, and owners' blocks of others. */
export interface Leaving {
  segment: Segment;
  /** Undefined for all of it. */
  owners?: Set<string>;
}

/** Bytes of each owner over all segments. */
export function sharesOf(segments: readonly Segment[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const { owners } of segments)
    for (const [owner, bytes] of owners) shares.set(owner, (shares.get(owner) ?? 0) + bytes);
  return shares;
}

/**
 * What has to go, so that nothing is older than `oldest` (ns; a segment goes once all of it is, and came before that) and all together is no more than
 * `size` bytes. An owner that floods thus pushes out its own oldest messages, and nobody else's.
 */
export function leaving(
  segments: readonly Segment[],
  { size, oldest }: { size: number; oldest: bigint },
): Leaving[] {
  // Times are those of senders, whose clocks may be far behind.
  const isOld = ({ to, written }: Segment): boolean => to < oldest && BigInt(written) * MS < oldest;
  const old = segments.filter(isOld);
  const rest = segments.filter((segment) => !isOld(segment)).sort((a, b) => a.number - b.number);
  const shares = sharesOf(rest);
  let total = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  const gone = new Map<Segment, Set<string>>();
  const next = new Map<string, number>();
  while (total > size) {
    const [largest] = [...shares].sort((a, b) => b[1] - a[1]);
    if (!largest || largest[1] <= 0) break;
    const [owner] = largest;
    let index = next.get(owner) ?? 0;
    while (index < rest.length && !rest[index]?.owners.has(owner)) index += 1;
    next.set(owner, index + 1);
    const segment = rest[index];
    if (!segment) break;
    const bytes = segment.owners.get(owner) as number;
    shares.set(owner, largest[1] - bytes);
    const owners = gone.get(segment) ?? new Set();
    gone.set(segment, owners.add(owner));
    total -= owners.size === segment.owners.size ? bytes + indexSize(segment) : bytes;
  }
  const parts = [...gone].map(([segment, owners]) =>
    owners.size === segment.owners.size ? { segment } : { segment, owners },
  );
  return [...old.map((segment) => ({ segment })), ...parts];
}

/** What a segment has beside its blocks. */
const indexSize = ({ bytes, owners }: Segment): number =>
  bytes - [...owners.values()].reduce((sum, own) => sum + own, 0);
