/** Values as they may stand in files of dnsmasq: each throws a `TypeError` for what would be more than one. */
import { isIPv4 } from 'node:net';
import { parseRange } from '../../addresses.ts';

/** The first address and the mask of `10.77.0.0/24`. */
export function netOf(network: string): { first: string; mask: string } {
  const range = parseRange(network);
  if (range?.family !== 4 || !network.includes('/')) throw new TypeError('not a network');
  return { first: dotted(range.first), mask: dotted(0xffffffffn - (range.last - range.first)) };
}

const dotted = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');

/** It has no quotes and no escapes: a value with a comma, a blank or a line end would be two. */
export function word(text: string, allowed: RegExp): string {
  if (!allowed.test(text)) throw new TypeError(`not for a file of dnsmasq: ${JSON.stringify(text)}`);
  return text;
}

/** A path from the root, of plain letters. */
export const path = (text: string): string => word(text, /^\/[A-Za-z0-9/_.-]+$/);
/** The name of a program that firmware loads. */
export const loader = (text: string): string => word(text, /^[a-z0-9][a-z0-9.-]{0,63}$/);
/** Like `http://10.77.0.1:8080`. */
export const base = (text: string): string => word(text, /^http:\/\/[0-9.]{7,15}:\d{1,5}$/);

/** An IPv4 address. */
export function ipv4(text: string): string {
  if (!isIPv4(text)) throw new TypeError('not an IPv4 address');
  return text;
}
