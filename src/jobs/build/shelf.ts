/**
 * Where built root file systems lie on a host: `<root>/images/base/<key>/{root.tar,build.json}`, and `current` points at the newest.
 * Beside them lies the Node that goes into them: `<root>/images/runtime/NAME`.
 */
import { join } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Shell } from '../../shell.ts';

/** What is known of a finished build. */
export const Built = z.object({
  key: z.string().regex(/^[0-9a-f]{16}$/),
  /** SHA-256 of `root.tar`. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().positive(),
  packages: z.array(z.string()),
  /** UTC, ISO 8601. */
  at: z.iso.datetime(),
});
export type Built = z.infer<typeof Built>;

export class Shelf {
  readonly #shell: Shell;
  readonly #folder: string;
  readonly #runtimes: string;

  constructor(shell: Shell, root: string) {
    this.#shell = shell;
    this.#folder = join(root, 'images', 'base');
    this.#runtimes = join(root, 'images', 'runtime');
  }

  /** Where a build works before it is finished. One at a time, as the lane has it. */
  get workshop(): string {
    return join(this.#folder, 'unfinished');
  }

  /** The root file system of a finished build. */
  archive(key: string): string {
    return join(this.#folder, key, 'root.tar');
  }

  /** A finished build; undefined where there is none of that key. */
  async find(key: string): Promise<Built | undefined> {
    const { code, stdout } = await this.#shell.run(['cat', '--', join(this.#folder, key, 'build.json')], {
      accept: [0, 1],
    });
    if (code !== 0) return undefined;
    const there = await this.#shell.run(['test', '-s', this.archive(key)], { accept: [0, 1] });
    return there.code === 0 ? Built.parse(JSON.parse(stdout)) : undefined;
  }

  /** The newest build; undefined before the first. */
  current(): Promise<Built | undefined> {
    return this.find('current');
  }

  /** Puts what is in the workshop on the shelf, in one move: a build is there as a whole or not at all. */
  async keep(built: Omit<Built, 'sha256' | 'bytes'>): Promise<Built> {
    const archive = join(this.workshop, 'root.tar');
    const sum = await this.#shell.run(['sha256sum', '--', archive]);
    const size = await this.#shell.run(['stat', '--format=%s', '--', archive]);
    const whole = Built.parse({ ...built, sha256: sum.stdout.slice(0, 64), bytes: Number(size.stdout) });
    await this.#shell.run(['dd', `of=${join(this.workshop, 'build.json')}`, 'status=none'], {
      stdin: JSON.stringify(whole),
    });
    const place = join(this.#folder, built.key);
    await this.#shell.run(['rm', '--recursive', '--force', '--', place]);
    await this.#shell.run(['mv', '--no-target-directory', '--', this.workshop, place]);
    return whole;
  }

  /** Where a Node of that name is to lie. */
  runtime(name: string): string {
    return join(this.#runtimes, name);
  }

  /** Takes the program out of a package of Node, and its first so many bytes, which are all that runs; those before it go. */
  async keepRuntime(file: string, archive: Readable, bytes: number): Promise<void> {
    const run = (...argv: string[]) => this.#shell.run(argv);
    const packed = join(this.#runtimes, 'node.tgz');
    const node = join(this.#runtimes, 'node');
    await run('rm', '--recursive', '--force', '--', this.#runtimes);
    await run('mkdir', '--parents', '--', this.#runtimes);
    await this.#shell.run(['dd', `of=${packed}`, 'bs=1M', 'status=none'], { stdin: archive });
    const strip = ['--strip-components=2', '--no-same-owner', '--touch', `--directory=${this.#runtimes}`];
    await run('tar', '--extract', '--gzip', `--file=${packed}`, ...strip, 'package/bin/node');
    await run('rm', '--', packed);
    await run('truncate', `--size=${bytes}`, '--', node);
    // The table of sections was behind that; see elf(5), `e_shoff`, `e_shnum` and `e_shstrndx`.
    const clear = ['if=/dev/zero', `of=${node}`, 'bs=1', 'conv=notrunc', 'status=none'];
    await run('dd', ...clear, 'seek=40', 'count=8');
    await run('dd', ...clear, 'seek=60', 'count=4');
    await run('chmod', '755', '--', node);
    await run('mv', '--no-target-directory', '--', node, file);
  }

  /** Makes a finished build the current one. */
  async choose(key: string): Promise<void> {
    const next = join(this.#folder, 'next');
    await this.#shell.run(['ln', '--symbolic', '--force', '--no-dereference', '--', key, next]);
    await this.#shell.run(['mv', '--no-target-directory', '--', next, join(this.#folder, 'current')]);
    await this.#shell.run(['touch', '--', join(this.#folder, key, 'build.json')]);
  }

  /** Removes all but the builds chosen last; gives the keys of the removed. */
  async prune(count: number): Promise<string[]> {
    const { stdout } = await this.#shell.run([
      ...['find', this.#folder, '-mindepth', '2', '-maxdepth', '2', '-name', 'build.json'],
      ...['-printf', '%T@ %h\\n'],
    ]);
    const rows = stdout.split('\n').flatMap((row) => {
      const [, time, key] = row.match(/^([\d.]+) .*\/([0-9a-f]{16})$/) ?? [];
      return key === undefined ? [] : [{ time: Number(time), key }];
    });
    const old = rows
      .sort((a, b) => b.time - a.time)
      .slice(count)
      .map(({ key }) => key);
    for (const key of old) {
      await this.#shell.run(['rm', '--recursive', '--force', '--', join(this.#folder, key)]);
    }
    return old;
  }
}
