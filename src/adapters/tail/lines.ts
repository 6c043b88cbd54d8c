/** Lines out of a piece of a file, with how many bytes they are: what is not whole yet stays for next time. */
import { LONGEST_LINE } from '../../hub.ts';

export interface Cut {
  lines: { text: string; part?: true }[];
  /** Bytes of the piece up to and with these. */
  end: number;
}

const NEWLINE = 0x0a;
const MOST_LINES = 4_000;
const MOST_BYTES = 512 * 1024;

/**
 * Cuts bytes into lines (LF or CRLF), in batches. A line of more than `LONGEST_LINE` comes in parts, never cut inside a
 * character. With `last`, what has no line end is a line, too.
 */
export function* cut(bytes: Buffer, last: boolean): Generator<Cut> {
  let batch: Cut = { lines: [], end: 0 };
  let start = 0;
  let size = 0;
  const full = () => batch.lines.length >= MOST_LINES || size >= MOST_BYTES;
  const add = (end: number, next: number, part?: true) => {
    const stop = !part && end > start && bytes[end - 1] === 0x0d ? end - 1 : end;
    batch.lines.push({ text: bytes.toString('utf8', start, stop), ...(part && { part }) });
    size += next - start;
    start = next;
    batch.end = next;
  };
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start);
    const stop = end === -1 ? bytes.length : end;
    if (stop - start > LONGEST_LINE) {
      const part = wholeCharacters(bytes, start, start + LONGEST_LINE);
      add(part, part, true);
    } else if (end !== -1) add(end, end + 1);
    else if (last) add(stop, stop);
    else break;
    if (full()) {
      yield batch;
      batch = { lines: [], end: start };
      size = 0;
    }
  }
  if (batch.lines.length > 0) yield batch;
}

/** The last place at or before `end` where a UTF-8 character starts; `end` itself where the bytes are not UTF-8. */
function wholeCharacters(bytes: Buffer, start: number, end: number): number {
  for (let at = end; at > Math.max(start, end - 4); at -= 1)
    if (((bytes[at] as number) & 0xc0) !== 0x80) return at;
  return end;
}
