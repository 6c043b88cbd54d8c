/** Root file systems out of Debian packages, on one host. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { RunOptions, Shell } from '../../shell.ts';
import { defineAdapter } from '../adapter.ts';
import { tells } from './causes.ts';
import {
  buildArgv,
  parseSimulation,
  parseStatus,
  pipeArgv,
  type Recipe,
  shareOf,
  simulateArgv,
  statusArgv,
} from './commands.ts';
import { discard } from './discard.ts';
import { settingsArgv, settingsFrom, sourcesFor, targetsArgv } from './sources.ts';

export interface BuildWatch extends Pick<RunOptions, 'onLine' | 'signal'> {
  /** The share that is done, 0 to 1. */
  onProgress?: (share: number) => void;
}

export const mmdebstrap = defineAdapter({
  name: 'mmdebstrap',
  about: 'Root file systems out of Debian packages',
  options: z.strictObject({
    mode: z.enum(['auto', 'root', 'unshare']).default('auto').describe('how it gets its rights'),
  }),
  open: ({ shell, options: { mode } }) => {
    /** Asked once for a recipe, so that it is built from where its packages were looked for. */
    const archives = new WeakMap<Recipe, ReturnType<typeof archive>>();
    const archiveOf = (recipe: Recipe) => {
      const found = archives.get(recipe) ?? archive(shell, recipe);
      archives.set(recipe, found);
      return found;
    };
    return {
      /**
       * What the archive offers for a recipe now, `name version` each, sorted: all that a build would install, and a few
       * packages more, as a simulation chooses alternatives differently. Takes some seconds. What it needs meanwhile is in `folder`,
       * where one is given, and gone afterwards.
       */
      async candidates(
        recipe: Recipe,
        { signal, onLine }: BuildWatch = {},
        folder?: string,
      ): Promise<string[]> {
        const { sources, env, options } = await archiveOf(recipe);
        const lines: string[] = [];
        const workshop = folder === undefined ? undefined : join(folder, 'tmp');
        if (workshop !== undefined) await shell.run(['mkdir', '--parents', '--', workshop]);
        await shell
          .run(simulateArgv(recipe, mode, options), {
            stdin: sources,
            env: { ...env, ...(workshop !== undefined && { TMPDIR: workshop }) },
            signal,
            onLine: (line, stream) => {
              if (line.startsWith('Inst ')) lines.push(line);
              else if (tells(line)) onLine?.(line, stream);
            },
          })
          .catch((error) => Promise.reject(denied(shell, error)))
          .finally(() => (workshop === undefined ? undefined : discard(shell, workshop)));
        return parseSimulation(lines);
      },
      /**
       * Builds a root file system as `<folder>/root.tar`, or for `through`, which reads the archive from its standard input. What it needs
       * meanwhile is in `folder` too, and gone afterwards, whatever happens.
       */
      async build(
        recipe: Recipe,
        folder: string,
        watch: BuildWatch = {},
        through?: readonly string[],
      ): Promise<string> {
        const { sources, env, options } = await archiveOf(recipe);
        const workshop = join(folder, 'tmp');
        const target = join(folder, 'root.tar');
        await discard(shell, workshop);
        await shell.run(['mkdir', '--parents', '--', workshop]);
        try {
          const argv = through
            ? pipeArgv(recipe, folder, mode, options, through)
            : buildArgv(recipe, target, mode, options);
          await shell.run(argv, {
            stdin: sources,
            env: {
              ...recipe.env,
              ...env,
              TMPDIR: workshop,
              SOURCE_DATE_EPOCH: String(recipe.epoch),
              LC_ALL: 'C.UTF-8',
            },
            signal: watch.signal,
            onLine: (line, stream) => {
              watch.onLine?.(line, stream);
              const share = shareOf(line);
              if (share !== undefined) watch.onProgress?.(share);
            },
          });
        } catch (error) {
          throw denied(shell, error);
        } finally {
          await discard(shell, workshop);
        }
        return target;
      },
      /** What is installed in a built root file system, `name version` each, sorted. */
      async packages(target: string): Promise<string[]> {
        const { stdout } = await shell.run(statusArgv(target), { keep: 16 * 1_024 * 1_024 });
        return parseStatus(stdout);
      },
      /** Packages that the host knows of whose names begin as this one does. */
      async namesLike(name: string): Promise<string[]> {
        const start = name.slice(0, 2);
        const { stdout } = await shell.run(['apt-cache', 'pkgnames', '--', start], { accept: [0, 100] });
        return stdout.split('\n').filter(Boolean).sort();
      },
      /** Its version, like `1.3.5`. */
      async version(): Promise<string> {
        return (await shell.run(['mmdebstrap', '--version'])).stdout.replace('mmdebstrap', '').trim();
      },
      /** Removes a folder that an interrupted build left, mounts in it first. */
      discard: (folder: string): Promise<void> => discard(shell, folder),
    };
  },
  probe: (builder) => builder.version(),
});

/** What mmdebstrap says where neither root nor user namespaces are to be had becomes `host.denied`. */
function denied(shell: Shell, error: unknown): unknown {
  const refused = (line: string) => /unable to pick chroot mode|must be root|newuidmap/.test(line);
  if (!(error instanceof MusterError) || error.code !== 'shell.exit' || !error.lines.some(refused))
    return error;
  const message = messages().reasons.noRoot;
  return new MusterError('host.denied', { host: shell.host, message }, { cause: error, lines: error.lines });
}

/** Where packages come from for a suite, and the settings to get them with, as the host has them. */
async function archive(shell: Shell, recipe: Pick<Recipe, 'suite' | 'archive' | 'sources'>) {
  const targets = await shell.run(targetsArgv());
  const { env, options } = settingsFrom((await shell.run(settingsArgv())).stdout);
  const debian = sourcesFor(recipe.suite, targets.stdout, recipe.archive);
  const old = recipe.archive?.snapshot !== undefined && !options.some((one) => one.includes('Valid-Until'));
  return {
    sources: recipe.sources === undefined ? debian : `${debian}\n${recipe.sources}`,
    env,
    // What was kept of the archive says that it is out of date.
    options: old ? [...options, 'Acquire::Check-Valid-Until "false"'] : options,
  };
}
