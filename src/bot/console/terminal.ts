/** The console chat: lines typed at a terminal or piped in; one card is redrawn in place where there is a terminal. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { printable } from '../../shell.ts';
import type { Ears, Place, Platform, Posted } from '../platform.ts';

export interface TerminalOptions {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean; columns?: number };
  /** The operating system's name of whoever sits there. */
  user: string;
  /** Called on Ctrl-C at the prompt. */
  onInterrupt(): void;
}

const PROMPT = 'muster> ';

export class Terminal implements Platform {
  readonly name = 'console';
  readonly home: Place = { platform: 'console', chat: 'console' };
  readonly #options: TerminalOptions;
  readonly #terminal: boolean;
  #lines: Interface | undefined;
  /** The card that was drawn last and may be redrawn, with the rows it takes. */
  #bottom: { message: string; rows: number } | undefined;
  #count = 0;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#terminal = options.input.isTTY === true && options.output.isTTY === true;
  }

  /** Reads lines until the signal; the end of the input does not stop it. */
  async serve({ take }: Pick<Ears, 'take'>, signal: AbortSignal): Promise<void> {
    const { input, output, user, onInterrupt } = this.#options;
    const lines = createInterface(this.#terminal ? { input, output, prompt: PROMPT } : { input });
    this.#lines = lines;
    lines.on('line', (text) => {
      this.#bottom = undefined;
      if (text.trim() !== '') void take([{ id: randomUUID(), ...this.home, user, text }]);
      this.#prompt();
    });
    lines.on('SIGINT', onInterrupt);
    this.#prompt();
    if (!signal.aborted) await once(signal, 'abort');
    lines.close();
  }

  async post(place: Place, lines: string[]): Promise<Posted> {
    this.#count += 1;
    const message = String(this.#count);
    this.#write(lines);
    this.#bottom = { message, rows: this.#rows(lines) };
    return { place, message };
  }

  async edit(posted: Posted, lines: string[], final: boolean): Promise<void> {
    if (this.#terminal && this.#bottom?.message === posted.message) {
      // Up over the card and the prompt, then clear to the end of the screen.
      this.#options.output.write(`\x1b[${this.#bottom.rows}F\x1b[0J`);
      this.#write(lines);
      this.#bottom = { message: posted.message, rows: this.#rows(lines) };
    } else if (final || !this.#terminal) {
      this.#write(final ? lines : lines.slice(0, 2));
    }
  }

  #write(lines: string[]): void {
    if (this.#terminal) this.#options.output.write('\r\x1b[0K');
    this.#options.output.write(
      `${lines
        .flatMap((line) => line.split('\n'))
        .map(printable)
        .join('\n')}\n`,
    );
    this.#prompt();
  }

  #prompt(): void {
    if (this.#terminal) this.#lines?.prompt(true);
  }

  #rows(lines: string[]): number {
    const columns = this.#options.output.columns ?? 80;
    return lines
      .flatMap((line) => line.split('\n'))
      .reduce((sum, line) => sum + Math.max(1, Math.ceil(printable(line).length / columns)), 0);
  }
}
