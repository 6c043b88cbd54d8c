/** The console chat: lines typed at a terminal or piped in; one card is redrawn in place where there is a terminal. */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { asMusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Ears, Place, Platform, Posted } from '../platform.ts';
import { clearRows, fitRows, plainLines, rowsOf } from './rows.ts';

export interface TerminalOptions {
  input: Readable & { isTTY?: boolean };
  output: Writable & { isTTY?: boolean; columns?: number; rows?: number };
  /** The operating system's name of whoever sits there. */
  user: string;
  /** Called on Ctrl-C (twice, while a card is live) and on Ctrl-D at the empty prompt: whoever sits there wants Muster to stop. */
  onInterrupt(): void;
}

const PROMPT = 'muster> ';

export class Terminal implements Platform {
  readonly name = 'console';
  readonly home: Place = { platform: 'console', chat: 'console' };
  readonly #options: TerminalOptions;
  readonly #terminal: boolean;
  #lines: (Interface & { prevRows?: number }) | undefined;
  /** The card that was drawn last and may be drawn again in its place. */
  #bottom: { message: string; lines: string[] } | undefined;
  /** The cards that have not come to their end. */
  readonly #live = new Set<string>();
  /** Whether Ctrl-C was pressed just now. */
  #asked = false;
  #count = 0;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#terminal = options.input.isTTY === true && options.output.isTTY === true;
  }

  /** Reads lines until the signal. The end of a pipe does not stop it; Ctrl-D at a terminal asks to stop Muster. */
  async serve({ take }: Pick<Ears, 'take'>, signal: AbortSignal): Promise<void> {
    const { input, output, user, onInterrupt } = this.#options;
    const lines = createInterface(this.#terminal ? { input, output, prompt: PROMPT } : { input });
    this.#lines = lines;
    lines.on('line', (text) => {
      this.#bottom = undefined;
      this.#asked = false;
      if (text.trim() !== '')
        take([{ id: randomUUID(), ...this.home, user, text }]).catch((thrown) => this.#failed(thrown));
      this.#prompt();
    });
    lines.on('SIGINT', () => this.#interrupt(lines));
    lines.on('close', () => {
      this.#lines = undefined;
      if (this.#terminal && !signal.aborted) onInterrupt();
    });
    this.#prompt();
    if (!signal.aborted) await once(signal, 'abort');
    this.#erase();
    lines.close();
  }

  async post(place: Place, lines: string[]): Promise<Posted> {
    this.#count += 1;
    const message = String(this.#count);
    this.#write(message, plainLines(lines));
    return { place, message };
  }

  async edit({ message }: Posted, lines: string[], final: boolean): Promise<void> {
    if (final) this.#live.delete(message);
    else this.#live.add(message);
    if (this.#terminal && this.#bottom?.message === message) {
      const { columns, rows } = this.#size();
      const plain = plainLines(lines);
      // Only what is on the screen can be drawn again; the end of it is not.
      const fitting = final ? plain : fitRows(plain, rows - 1 - this.#row(), columns);
      this.#write(message, fitting, rowsOf(this.#bottom.lines, columns));
    } else if (final || !this.#terminal) {
      this.#write(message, plainLines(final ? lines : lines.slice(0, 2)));
    }
  }

  /** A line that could not be taken is said to be lost: whoever typed it sits there and can type it again. */
  #failed(thrown: unknown): void {
    const { message, hint } = asMusterError(thrown);
    void this.post(this.home, [message, hint]);
  }

  /** Ctrl-C takes back what is being typed; the job on the screen is not Muster, so it is asked once. */
  #interrupt(lines: Interface): void {
    if (lines.line !== '') {
      lines.write(null, { ctrl: true, name: 'e' });
      lines.write(null, { ctrl: true, name: 'u' });
    } else if (this.#live.size > 0 && !this.#asked) {
      this.#asked = true;
      void this.post(this.home, [messages().terminal.askAgain]);
    } else {
      this.#options.onInterrupt();
    }
  }

  /** Writes lines above the prompt and what is being typed there, in place of so many rows. */
  #write(message: string, lines: string[], instead = 0): void {
    this.#erase(instead);
    this.#options.output.write(`${lines.join('\n')}\n`);
    this.#bottom = { message, lines };
    // It is drawn anew from here: readline would go up over the rows that it had before.
    if (this.#lines) this.#lines.prevRows = 0;
    this.#prompt();
  }

  /** Clears the prompt and so many rows above it, and stays there. */
  #erase(above = 0): void {
    if (!this.#terminal) return;
    this.#options.output.write(clearRows(this.#row() + above));
  }

  #prompt(): void {
    if (this.#terminal) this.#lines?.prompt(true);
  }

  /** In which row of the prompt and what is being typed the cursor is, from 0. */
  #row(): number {
    return this.#lines?.getCursorPos().rows ?? 0;
  }

  #size(): { columns: number; rows: number } {
    const { columns = 80, rows = 24 } = this.#options.output;
    return { columns, rows };
  }
}
