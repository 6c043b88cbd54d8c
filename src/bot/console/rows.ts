/** How many rows of a terminal text takes, and how it is made to fit. Pure; for what is drawn again in place. */
import { printable } from '../../shell.ts';

/** What most terminals draw two columns wide (Unicode Standard Annex 11): East Asian scripts, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NOTHING = /[\p{Mn}\p{Me}\p{Cf}]/u;
/** ASCII, Latin, Greek and Cyrillic: what nearly all text is, one column each. */
const NARROW = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482]*$/;

/** The columns that a line takes. */
export function widthOf(line: string): number {
  if (NARROW.test(line)) return line.length;
  let width = 0;
  for (const letter of line) width += WIDE.test(letter) ? 2 : NOTHING.test(letter) ? 0 : 1;
  return width;
}

/** The text as a terminal gets it: a line each and at least one, with nothing in it that could drive the terminal. */
export const plainLines = (lines: readonly string[]): string[] =>
  (lines.length === 0 ? [''] : lines).flatMap((line) => line.split('\n')).map(printable);

/** The rows that lines take where each is broken at the terminal's edge. */
export const rowsOf = (lines: readonly string[], columns: number): number =>
  lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);

/** The lines, without some of the middle where they would take more than `rows`: the first two and the last ones stay. */
export function fitRows(lines: readonly string[], rows: number, columns: number): string[] {
  if (rowsOf(lines, columns) <= rows) return [...lines];
  const head = lines.slice(0, 2);
  const tail: string[] = [];
  let room = rows - rowsOf(head, columns) - 1;
  for (const line of lines.slice(2).reverse()) {
    room -= rowsOf([line], columns);
    if (room < 0) break;
    tail.unshift(line);
  }
  return [...head, '…', ...tail];
}

/**
 * Clears the row of the cursor with all below it, and so many rows above; the cursor is at the beginning of the first of
 * them then. Row by row, as terminals keep a copy of a screen that is cleared from its first row on.
 */
export const clearRows = (above: number): string => `\r\x1b[0J${'\x1b[1A\x1b[2K'.repeat(above)}`;
