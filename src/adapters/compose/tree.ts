/** The source tree of an app on its host: reading files of it, and refusing what leads out of it. */
import { dirname, join, relative } from 'node:path/posix';
import { messages } from '../../messages/messages.ts';
import { printable, type Shell } from '../../shell.ts';
import { type Fields, readByCompose, readDocument } from './document.ts';

/** Larger files are no Compose files. */
const LARGEST = 1024 * 1024;
const DEEPEST = 20;

export class Tree {
  readonly #shell: Shell;
  /** Absolute, without links in it. */
  readonly folder: string;

  private constructor(shell: Shell, folder: string) {
    this.#shell = shell;
    this.folder = folder;
  }

  static async open(shell: Shell, folder: string): Promise<Tree> {
    const { stdout } = await shell.run(['realpath', '--zero', '--canonicalize-existing', '--', folder]);
    return new Tree(shell, stdout.replace(/\0$/, ''));
  }

  has = (path: string): boolean => path === this.folder || path.startsWith(`${this.folder}/`);

  /** A file's text; undefined where there is no such file. */
  async read(path: string): Promise<string | undefined> {
    const { code, stdout } = await this.#shell.run(['cat', '--', path], { accept: [0, 1], keep: LARGEST });
    return code === 0 ? stdout : undefined;
  }

  /** Throws where one of these absolute paths, links followed, is outside; what does not exist is judged by its place. */
  async hold(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const { stdout } = await this.#shell.run([
      ...['realpath', '--zero', '--canonicalize-missing', '--', ...paths],
    ]);
    const real = stdout.split('\0');
    const stray = paths.find((_, at) => !this.has(real[at] ?? ''));
    if (stray === undefined) return;
    throw new Error(messages().reasons.compose.leadsOut({ path: printable(relative(this.folder, stray)) }));
  }

  /** Throws where Compose would read a file outside of the tree to work this one out; follows `extends` and `include`. */
  async holdDocument(file: string, document: Fields, depth = 0): Promise<void> {
    if (depth > DEEPEST) throw new Error(messages().reasons.compose.circle);
    const { documents, values } = readByCompose(document);
    const variable = [...documents, ...values].find((path) => path.includes('$'));
    if (variable !== undefined)
      throw new Error(messages().reasons.compose.variable({ path: printable(variable) }));
    const here = (path: string) => (path.startsWith('/') ? path : join(dirname(file), path));
    // Absolute paths are the host's own files, which an operator chose to name.
    await this.hold([...documents, ...values].filter((path) => !/^[/~]/.test(path)).map(here));
    for (const path of documents.filter((one) => !one.startsWith('~')).map(here)) {
      if (path === file) continue;
      const text = await this.read(path);
      if (text !== undefined) await this.holdDocument(path, readDocument(text), depth + 1);
    }
  }
}
