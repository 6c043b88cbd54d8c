/** Builds an image out of Debian packages: the root file system first, and of that what machines and containers take. */
import { join } from 'node:path/posix';
import type { Recipe } from '../../adapters/mmdebstrap/commands.ts';
import type { mmdebstrap } from '../../adapters/mmdebstrap/mmdebstrap.ts';
import { isNoise, squashfsFromArgv } from '../../adapters/packing/commands.ts';
import type { packing } from '../../adapters/packing/packing.ts';
import type { Shell } from '../../shell.ts';
import type { Report } from '../step.ts';
import type { Blueprint } from './blueprint.ts';
import { lxdMetadata } from './lxd.ts';
import type { PartFiles } from './parts.ts';
import { epochOf } from './recipe.ts';

/** The share of the time that the packages take. */
const PACKAGES = 0.8;

export interface Making {
  shell: Shell;
  mmdebstrap: ReturnType<typeof mmdebstrap.open>;
  packing: ReturnType<typeof packing.open>;
  /** A folder of its own. */
  folder: string;
  signal: AbortSignal;
  report: Report;
  onLine(line: string): void;
}

/** What a build made: files in its folder, and what is installed, `name version` each. */
export interface Made {
  parts: PartFiles;
  packages: string[];
}

/** `bench` is what goes into the root file system to make it with. */
export async function makeDebian(
  blueprint: Blueprint,
  { recipe, bench }: { recipe: Recipe; bench: Buffer },
  making: Making,
): Promise<Made> {
  const { shell, mmdebstrap: builder, packing: packer, folder, signal, report, onLine } = making;
  await put(shell, join(folder, 'bench.tar'), bench, signal);
  const file = (name: string) => join(folder, name);
  // Where nothing else is made of it, the archive is packed as it is written.
  const alone = blueprint.formats.every((format) => format === 'squashfs' || format === 'lxd');
  const watching = {
    signal,
    onLine: (line: string) => (isNoise(line) ? undefined : onLine(line)),
    onProgress: (share: number) => report.progress(share * PACKAGES),
  };
  const piped = alone && blueprint.formats.includes('squashfs');
  const root = await builder.build(
    recipe,
    folder,
    watching,
    piped ? squashfsFromArgv(file('squashfs')) : undefined,
  );
  const packages = await builder.packages(root);
  const epoch = epochOf(blueprint);
  const kernel = recipe.hooks.some((hook) => hook.startsWith('download '));
  const parts: PartFiles = kernel ? { kernel: file('kernel'), initrd: file('initrd') } : {};
  const watch = { signal, onLine };
  for (const [index, format] of blueprint.formats.entries()) {
    const target = file(format);
    if (format === 'squashfs') {
      if (!piped) await packer.squashfs(root, target, epoch, watch);
    } else if (format === 'tar.xz') await packer.xz(root, target, watch);
    else if (format === 'docker') await packer.gzip(root, target, watch);
    else await put(shell, target, lxdMetadata(blueprint, epoch), signal);
    parts[format] = target;
    report.progress(PACKAGES + ((1 - PACKAGES) * (index + 1)) / (blueprint.formats.length + 1));
  }
  return { parts, packages };
}

/** Writes a file of a build. */
export async function put(shell: Shell, path: string, content: Buffer, signal: AbortSignal): Promise<void> {
  const argv = ['dd', `of=${path}`, 'bs=1M', 'iflag=fullblock', 'status=none'];
  await shell.run(argv, { stdin: content, signal, env: { LC_ALL: 'C' } });
}
