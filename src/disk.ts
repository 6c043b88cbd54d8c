/** Small files of Muster's own on a host. */
import { join } from 'node:path/posix';
import { MusterError } from './errors.ts';
import { messages } from './messages/messages.ts';
import type { Output, Shell } from './shell.ts';

const PROBE_BYTES = 64 * 1024;

export class Disk {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** Runs a program of coreutils(1) or findutils, whose messages are in English. */
  run(argv: readonly string[], accept: readonly number[] = [0]): Promise<Output> {
    return this.#shell.run(argv, { accept, env: { LC_ALL: 'C' } });
  }

  /** A file's text; undefined where it cannot be read. */
  async read(path: string): Promise<string | undefined> {
    const { code, stdout } = await this.run(['cat', '--', path], [0, 1]);
    return code === 0 ? stdout : undefined;
  }

  /** Writes a file that nobody else may read, in one step. */
  async write(path: string, text: string): Promise<void> {
    const next = `${path}.new`;
    // Before anything is in it, so that nobody else reads it meanwhile.
    await this.run(['install', '--mode=600', '--', '/dev/null', next]);
    // dd(1), as it prints nothing of what it writes: the last lines of what fails are shown to people.
    if (text !== '')
      await this.#shell.run(['dd', `of=${next}`, 'status=none'], { stdin: text, env: { LC_ALL: 'C' } });
    await this.run(['mv', '--no-target-directory', '--', next, path]);
  }

  /** `host.denied` where the system forbade it; the error itself where it was something else. */
  denied(path: string, error: unknown): unknown {
    const forbidden = /permission denied|operation not permitted|read-only file system/i;
    if (!(error instanceof MusterError) || !error.lines.some((line) => forbidden.test(line))) return error;
    const facts = { host: this.#shell.host, message: messages().reasons.notWritable({ path }) };
    return new MusterError('host.denied', facts, { cause: error, lines: error.lines });
  }

  /** `host.diskfull` where nothing more can be written in the folder, as not every program says why it failed; else the error itself. */
  async full(folder: string, error: unknown): Promise<unknown> {
    const probe = join(folder, 'probe');
    try {
      await this.write(probe, ' '.repeat(PROBE_BYTES));
      return error;
    } catch (found) {
      if (!(found instanceof MusterError) || found.code !== 'host.diskfull') return error;
      const lines = error instanceof MusterError ? error.lines : [];
      return new MusterError('host.diskfull', found.facts, { cause: error, lines });
    } finally {
      await this.run(['rm', '--force', '--', probe, `${probe}.new`], [0, 1]);
    }
  }
}
