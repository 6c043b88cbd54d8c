/** The command over all its lives: one at a time, started again where its files ask for it. */
import { Command, type CommandParts } from './command.ts';

/** What ends whoever is sent it while there is no command to pass it on to. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'];

export class Life {
  readonly #early = new AbortController();
  readonly #waiting: NodeJS.Signals[] = [];
  #command: Command | undefined;
  #replaced: Promise<void> | undefined;
  #ending: NodeJS.Signals | undefined;
  #signalled = Number.NEGATIVE_INFINITY;

  /** The signal that came before the command was started, if one did that ends it. */
  get endedEarly(): NodeJS.Signals | undefined {
    return this.#ending;
  }

  /** How long ago the last signal came, ms. */
  get signalled(): number {
    return performance.now() - this.#signalled;
  }

  /** Aborts with that signal. */
  get early(): AbortSignal {
    return this.#early.signal;
  }

  /** What prints now. */
  get current(): Command | undefined {
    return this.#command;
  }

  start(parts: CommandParts): void {
    this.#command = new Command(parts);
  }

  /** Passes a signal on; while the command is being started again, to the next one. */
  signal(signal: NodeJS.Signals): void {
    this.#signalled = performance.now();
    if (this.#replaced) this.#waiting.push(signal);
    else if (this.#command) this.#command.signal(signal);
    else if (ENDING.includes(signal)) {
      this.#ending ??= signal;
      this.#early.abort();
    }
  }

  /** Ends the command and starts it again, unless it is to end for good meanwhile; `between` happens in between. */
  async again(parts: CommandParts, between: () => void): Promise<void> {
    this.#replaced = (async () => {
      await this.#command?.end();
      if (this.#waiting.some((signal) => ENDING.includes(signal))) return;
      between();
      this.start(parts);
    })();
    await this.#replaced;
  }

  /** The exit code of the last command. Rejects where it could not be started. */
  async ended(): Promise<number> {
    for (;;) {
      const code = await (this.#command as Command).ended;
      if (!this.#replaced) return code;
      await this.#replaced;
      this.#replaced = undefined;
      for (const signal of this.#waiting.splice(0)) this.#command?.signal(signal);
    }
  }
}
