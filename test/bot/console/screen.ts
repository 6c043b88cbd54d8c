/** What a terminal would show: the few control sequences that the console and readline write, and lines broken at the edge. */
import { widthOf } from '../../../src/bot/console/rows.ts';

export class Screen {
  readonly #columns: number;
  readonly #height: number;
  /** What has scrolled away, and then the screen: rows of cells. The second cell of a wide letter is empty. */
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number, height: number) {
    this.#columns = columns;
    this.#height = height;
  }

  /** Every row, those that have scrolled away too, without the empty ones at the end. */
  get text(): string {
    return this.#rows
      .map((row) => row.join('').trimEnd())
      .join('\n')
      .trimEnd();
  }

  write(text: string): void {
    for (const [part, , count, letter] of text.matchAll(/(\x1b\[(\d*)([A-Za-z]))|[\s\S]/gu)) {
      if (letter) this.#control(letter, Number(count || '0'));
      else if (part === '\r') this.#column = 0;
      else if (part === '\n') this.#down();
      else this.#put(part);
    }
  }

  #control(letter: string, count: number): void {
    const top = Math.max(0, this.#rows.length - this.#height);
    if (letter === 'A') this.#row = Math.max(top, this.#row - Math.max(1, count));
    else if (letter === 'C') this.#column += Math.max(1, count);
    else if (letter === 'D') this.#column = Math.max(0, this.#column - Math.max(1, count));
    else if (letter === 'G') this.#column = Math.max(1, count) - 1;
    else if (letter === 'J' && count === 0) {
      // Rows stay on the screen when they are cleared.
      this.#rows = this.#rows.map((row, at) => (at > this.#row ? [] : row));
      this.#rows[this.#row] = (this.#rows[this.#row] as string[]).slice(0, this.#column);
    } else if (letter === 'K' && count === 2) this.#rows[this.#row] = [];
    else throw new Error(`the screen does not know ${letter}`);
  }

  #down(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push([]);
  }

  #put(letter: string): void {
    const width = widthOf(letter);
    if (this.#column + width > this.#columns) this.#down();
    const row = this.#rows[this.#row] as string[];
    while (row.length < this.#column) row.push(' ');
    // What has no width of its own belongs to the letter before.
    if (width === 0) row.push(`${row.pop() ?? ''}${letter}`);
    else row.splice(this.#column, width, letter, ...(width === 2 ? [''] : []));
    this.#column += width;
  }
}
