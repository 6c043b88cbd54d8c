/** Muster's lines in a file that belongs to others. Texts are Latin-1, a character a byte, so that what is not ours stays as it is. */
import { MusterError } from '../../errors.ts';

const BEGIN = '# BEGIN muster';
const END = '# END muster';
const HEAD = `${BEGIN} (written by /keys sync; what stands up to the end is replaced)`;

/** A file with Muster's block cut out: what is before it, the block with its line ends, what is after it. */
export interface Parted {
  before: string;
  /** Absent where there is none. */
  block?: string;
  after: string;
}

/** Parts a file's text; throws `keys.block` where it has half a block or several, as then nobody knows whose a line is. */
export function part(text: string, where: { host: string; user: string }): Parted {
  let [begin, end]: (number | undefined)[] = [undefined, undefined];
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const next = newline === -1 ? text.length : newline + 1;
    const line = text.slice(at, next).trimEnd();
    if (isMark(line, BEGIN)) {
      if (begin !== undefined) throw new MusterError('keys.block', where);
      begin = at;
    } else if (isMark(line, END)) {
      if (begin === undefined || end !== undefined) throw new MusterError('keys.block', where);
      end = next;
    }
    at = next;
  }
  if (begin === undefined) return { before: '', after: text };
  if (end === undefined) throw new MusterError('keys.block', where);
  return { before: text.slice(0, begin), block: text.slice(begin, end), after: text.slice(end) };
}

/** The text with another block, or with none; a new one stands first, where no line of others can run into it. */
export function withBlock({ before, after }: Parted, block: string | undefined): string {
  const gap = block !== undefined && !block.endsWith('\n') && after !== '' ? '\n' : '';
  return `${before}${block ?? ''}${gap}${after}`;
}

/** The block with these lines; none where there are no lines. */
export const blockOf = (lines: readonly string[]): string | undefined =>
  lines.length === 0 ? undefined : `${[HEAD, ...lines, END].join('\n')}\n`;

/** The lines between the marks. */
export const linesOf = (block: string | undefined): string[] =>
  block === undefined
    ? []
    : block
        .split('\n')
        .map((line) => line.trimEnd())
        .filter((line) => line !== '' && !isMark(line, BEGIN) && !isMark(line, END));

const isMark = (line: string, mark: string): boolean => line === mark || line.startsWith(`${mark} `);
