/** IP addresses as ranges of numbers: read, merged, compared and written again. IPv4 and IPv6. */
import { isIPv4, isIPv6 } from 'node:net';

export type Family = 4 | 6;

/** The addresses from `first` to `last`, both included. */
export interface Range {
  family: Family;
  first: bigint;
  last: bigint;
}

const BITS = { 4: 32, 6: 128 } as const;

/** The range of `10.0.0.7`, `10.0.0.0/8`, `10.0.0.1-10.0.0.9`, `2001:db8::/32`; undefined where the text is none of these. */
export function parseRange(text: string): Range | undefined {
  const [from, to, ...more] = text.split('-');
  if (to !== undefined) {
    const first = parseAddress(from!);
    const last = parseAddress(to);
    if (more.length > 0 || first?.family !== last?.family || !first || !last) return undefined;
    return first.value <= last.value
      ? { family: first.family, first: first.value, last: last.value }
      : undefined;
  }
  const [address, length, ...rest] = text.split('/');
  const parsed = parseAddress(address!);
  if (!parsed || rest.length > 0) return undefined;
  const bits = BITS[parsed.family];
  if (length !== undefined && !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const prefix = length === undefined ? bits : Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = parsed.value - (parsed.value % size);
  return { family: parsed.family, first, last: first + size - 1n };
}

/** As people write it: an address, a prefix where the range is one, else `first-last`. */
export function formatRange({ family, first, last }: Range): string {
  const size = last - first + 1n;
  if (size === 1n) return formatAddress(family, first);
  if (first % size === 0n && (size & (size - 1n)) === 0n) {
    return `${formatAddress(family, first)}/${BITS[family] - (size.toString(2).length - 1)}`;
  }
  return `${formatAddress(family, first)}-${formatAddress(family, last)}`;
}

/** Every address there is of a family. */
export const everything = (family: Family): Range => ({
  family,
  first: 0n,
  last: (1n << BigInt(BITS[family])) - 1n,
});

/** The same addresses in the fewest ranges, sorted, IPv4 first; none touches another. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort(compareRanges)) {
    const previous = merged.at(-1);
    if (previous?.family === range.family && range.first <= previous.last + 1n) {
      if (range.last > previous.last) previous.last = range.last;
    } else {
      merged.push({ ...range });
    }
  }
  return merged;
}

/** The same addresses as prefixes, for those who know no ranges. */
export function prefixesOf({ family, first, last }: Range): Range[] {
  const prefixes: Range[] = [];
  for (let at = first; at <= last; ) {
    let size = 1n;
    while (at % (size * 2n) === 0n && at + size * 2n - 1n <= last) size *= 2n;
    prefixes.push({ family, first: at, last: at + size - 1n });
    at += size;
  }
  return prefixes;
}

/** Whether every address of `inner` is in `outer`, which has to be merged. */
export function covers(outer: readonly Range[], inner: Range): boolean {
  let low = 0;
  let high = outer.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { family, last } = outer[middle]!;
    if (family < inner.family || (family === inner.family && last < inner.first)) low = middle + 1;
    else high = middle;
  }
  const found = outer[low];
  return found?.family === inner.family && found.first <= inner.first && found.last >= inner.last;
}

function compareRanges(a: Range, b: Range): number {
  if (a.family !== b.family) return a.family - b.family;
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.last === b.last ? 0 : a.last < b.last ? -1 : 1;
}

function parseAddress(text: string): { family: Family; value: bigint } | undefined {
  if (isIPv4(text)) return { family: 4, value: v4(text) };
  // An address with a scope (`fe80::1%eth0`) counts as IPv6 for Node, but says nothing to a packet filter.
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const dotted = /[^:]+\.[^:]+$/.exec(text)?.[0];
  const tail = dotted === undefined ? 0n : v4(dotted);
  const plain =
    dotted === undefined
      ? text
      : text.slice(0, -dotted.length) + [tail >> 16n, tail & 0xffffn].map((n) => n.toString(16)).join(':');
  const [head = '', end] = plain.split('::');
  const words = (part: string) => (part === '' ? [] : part.split(':'));
  const before = words(head);
  const after = end === undefined ? [] : words(end);
  const all = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return { family: 6, value: all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n) };
}

const v4 = (text: string): bigint =>
  text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(Number(part)), 0n);

function formatAddress(family: Family, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const words = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(16 * (7 - i))) & 0xffffn).toString(16),
  ).join(':');
  // The longest run of zero words becomes `::` (RFC 5952).
  const runs = [...words.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const run = runs[0];
  if (!run) return words;
  const left = words.slice(0, run.index).replace(/:$/, '');
  const right = words.slice(run.index + run[0].length).replace(/^:/, '');
  return `${left}::${right}`;
}
