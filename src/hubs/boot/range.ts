/** Which bytes of a file are asked for; see RFC 9110, sections 13 and 14. */
import type { IncomingHttpHeaders } from 'node:http';

/** A piece of a file: from which byte on, and how many. */
export interface Piece {
  from: number;
  bytes: number;
}

/** What is to be given: all of it, one piece, nothing as it is known already, or nothing as there are no such bytes. */
export type Wanted = 'whole' | Piece | 'unchanged' | 'unsatisfiable';

/** Of a file of so many bytes, whose tag (with its quotes) is strong. Ranges that are none, and several at once, are all of it. */
export function wanted(headers: IncomingHttpHeaders, size: number, tag: string): Wanted {
  const { range } = headers;
  const known = headers['if-none-match'];
  if (known !== undefined && (known.trim() === '*' || tagsOf(known).includes(tag))) return 'unchanged';
  const only = headers['if-range'] as string | undefined;
  // A date or a weak tag is none of ours, so that what they have may be something else.
  if (range === undefined || (only !== undefined && only.trim() !== tag)) return 'whole';
  const [, first = '', last = ''] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(range) ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') return suffix(Number(last), size);
  const from = Number(first);
  if (last !== '' && Number(last) < from) return 'whole';
  if (from >= size) return 'unsatisfiable';
  const to = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return { from, bytes: to - from + 1 };
}

function suffix(length: number, size: number): Wanted {
  if (length === 0 || size === 0) return 'unsatisfiable';
  const bytes = Math.min(length, size);
  return { from: size - bytes, bytes };
}

const tagsOf = (list: string): string[] => list.split(',').map((one) => one.trim().replace(/^W\//, ''));
