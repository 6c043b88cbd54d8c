/** Messages of logs as lines for people. */
import type { Line } from '../../lines.ts';

/** What a message shows: each of its lines with whose it is in front; of several hosts with the host, too. */
export function shownLines(line: Line, severalHosts: boolean): string[] {
  const { service, host, message, stream } = line;
  // The journal says itself whose an entry is.
  const name = stream === 'journal' ? undefined : service;
  const whose = [severalHosts ? host : undefined, name].filter((word) => word !== undefined).join(' ');
  const text = message.replace(/^<\d{1,3}>/, '');
  return text.split('\n').map((part) => (whose === '' ? part : `${whose} | ${part}`));
}
