/**
 * What an app has on a host: `<root>/apps/<app>/{repo.git, history.json, generations/<id>/, hub/, current}`. A generation is
 * `{source/, compose.yaml, app.json, empty.env, hub/}`, and `current` points at the one that is live. In `hub/` is what its
 * services show to the hub; of services that are not built it lies with the app, so that one which has not changed runs on.
 */
import { dirname, join } from 'node:path/posix';
import { z } from 'zod';
import type { Project } from '../../adapters/compose/commands.ts';
import { Disk } from '../../disk.ts';
import { AppName, Commit, RunId } from '../../names.ts';
import type { Shell } from '../../shell.ts';
import { History, NO_HISTORY } from './history.ts';

/** What is known of a generation. */
export const Generation = z.object({
  generation: RunId,
  app: AppName,
  commit: Commit,
  ref: z.string(),
  /** The compose file's place in the repository. */
  path: z.string(),
  services: z.array(z.object({ name: z.string(), image: z.string(), built: z.boolean() })),
});
export type Generation = z.infer<typeof Generation>;

export class Generations {
  readonly #disk: Disk;
  readonly #folder: string;
  readonly #app: string;

  constructor(shell: Shell, root: string, app: string) {
    this.#disk = new Disk(shell);
    this.#app = app;
    this.#folder = join(root, 'apps', app);
  }

  /** The bare repository with the fetched commits. */
  get repository(): string {
    return join(this.#folder, 'repo.git');
  }

  folder = (generation: string): string => join(this.#folder, 'generations', generation);
  source = (generation: string): string => join(this.folder(generation), 'source');
  emptyEnv = (generation: string): string => join(this.folder(generation), 'empty.env');

  /** Where what a service shows to the hub lies. */
  identity = (generation: string, { name, built }: { name: string; built: boolean }): string =>
    join(built ? this.folder(generation) : this.#folder, 'hub', name);

  /** How Compose is to run a generation. */
  project = ({ generation, path }: Pick<Generation, 'generation' | 'path'>): Project => ({
    name: this.#app,
    file: join(this.folder(generation), 'compose.yaml'),
    folder: dirname(join(this.source(generation), path)),
    envFile: this.emptyEnv(generation),
  });

  /** Makes a generation's folder, for nobody else's eyes: what an app is made of may hold secrets. Rejects with `host.denied`. */
  async make(generation: string): Promise<void> {
    const folder = this.folder(generation);
    const makeFolders = ['mkdir', '--parents', '--mode=700', '--'];
    try {
      await this.#disk.run([...makeFolders, this.#folder, dirname(folder)]);
      await this.#disk.run([...makeFolders, folder]);
      await this.#disk.write(this.emptyEnv(generation), '');
    } catch (error) {
      throw this.#disk.denied(folder, error);
    }
  }

  /** The error, or `host.diskfull` where that is behind it. */
  explain = (generation: string, error: unknown): Promise<unknown> =>
    this.#disk.full(this.folder(generation), error);

  /** Whether a generation's source is there as a whole. */
  async hasSource(generation: string): Promise<boolean> {
    return (await this.#disk.run(['test', '-d', this.source(generation)], [0, 1])).code === 0;
  }

  /** An empty folder to export into, and a name for git's index. */
  async workshop(generation: string): Promise<{ into: string; index: string }> {
    const [into, index] = [
      join(this.folder(generation), 'source.new'),
      join(this.folder(generation), 'index'),
    ];
    await this.#disk.run(['rm', '--recursive', '--force', '--', into, index, `${index}.lock`]);
    await this.#disk.run(['mkdir', '--', into]);
    return { into, index };
  }

  /** Makes what was exported the generation's source, in one move. */
  async keepSource(generation: string, { into, index }: { into: string; index: string }): Promise<void> {
    await this.#disk.run(['mv', '--no-target-directory', '--', into, this.source(generation)]);
    await this.#disk.run(['rm', '--force', '--', index]);
  }

  /** Writes the file that will be run, and what is known of the generation. */
  async describe(generation: Generation, compose: string): Promise<void> {
    await this.#disk.write(this.project(generation).file, compose);
    await this.#disk.write(this.#record(generation.generation), JSON.stringify(generation, null, 2));
  }

  /** What is known of a generation; undefined where it is not there or not described yet. */
  async find(generation: string): Promise<Generation | undefined> {
    const text = await this.#disk.read(this.#record(generation));
    return text === undefined ? undefined : Generation.parse(JSON.parse(text));
  }

  /** Every generation that has a folder. */
  async all(): Promise<string[]> {
    const place = join(this.#folder, 'generations');
    const { stdout } = await this.#disk.run(
      ['find', place, '-mindepth', '1', '-maxdepth', '1', '-type', 'd', '-printf', '%f\\n'],
      [0, 1],
    );
    return stdout.split('\n').filter((name) => RunId.safeParse(name).success);
  }

  /** Removes what the services that a generation built show to the hub. */
  async forgetIdentities(generation: string): Promise<void> {
    await this.#disk.run(['rm', '--recursive', '--force', '--', join(this.folder(generation), 'hub')]);
  }

  /** Removes with what the app's other services show to the hub all but that of these. */
  async keepIdentities(services: readonly string[]): Promise<void> {
    const kept = services.flatMap((name) => ['-not', '-name', name]);
    const each = ['-mindepth', '1', '-maxdepth', '1', ...kept, '-exec', 'rm', '-rf', '--', '{}', '+'];
    await this.#disk.run(['find', join(this.#folder, 'hub'), ...each], [0, 1]);
  }

  async remove(generation: string): Promise<void> {
    await this.#disk.run(['rm', '--recursive', '--force', '--', this.folder(generation)]);
  }

  async history(): Promise<History> {
    const text = await this.#disk.read(join(this.#folder, 'history.json'));
    return text === undefined ? NO_HISTORY : History.parse(JSON.parse(text));
  }

  /** Writes the history, then moves `current` to what it says is live; each in one step. */
  async remember(history: History): Promise<void> {
    await this.#disk.write(join(this.#folder, 'history.json'), JSON.stringify(history, null, 2));
    const current = join(this.#folder, 'current');
    if (history.current === undefined) {
      await this.#disk.run(['rm', '--force', '--', current]);
      return;
    }
    const target = join('generations', history.current);
    await this.#disk.run(['ln', '--symbolic', '--force', '--no-dereference', '--', target, `${current}.new`]);
    await this.#disk.run(['mv', '--no-target-directory', '--', `${current}.new`, current]);
  }

  #record = (generation: string): string => join(this.folder(generation), 'app.json');
}
