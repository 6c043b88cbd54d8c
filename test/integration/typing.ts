/** Lines typed to a running `muster start`, and what it answers. */
import type { ChildProcess } from 'node:child_process';
import { waitFor } from './wait.ts';

export class Typing {
  readonly #child: ChildProcess;
  /** Everything that was printed since. */
  text = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk) => {
      this.text += String(chunk);
    });
  }

  line(text: string): void {
    this.#child.stdin?.write(`${text}\n`);
  }

  /** End of input, as Ctrl-D or the end of a pipe gives it. */
  end(): void {
    this.#child.stdin?.end();
  }

  /** Until what was printed matches. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return waitFor(`${pattern} in\n${this.text}`, () => pattern.exec(this.text) ?? undefined);
  }
}
