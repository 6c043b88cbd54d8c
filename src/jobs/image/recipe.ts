/** What mmdebstrap is told of an image, and what goes into it from outside. Pure. */
import { createHash } from 'node:crypto';
import { join } from 'node:path/posix';
import { buildArgv, type Recipe } from '../../adapters/mmdebstrap/commands.ts';
import { WITHOUT_DOCUMENTATION } from '../../adapters/mmdebstrap/dpkg.ts';
import { gzipArgv, squashfsArgv, xzArgv } from '../../adapters/packing/commands.ts';
import { type Archived, archiveOf } from '../../archive.ts';
import { quote } from '../../shell.ts';
import { canonical } from '../plan.ts';
import { type Blueprint, boots, digestOf } from './blueprint.ts';
import { BENCH, setupOf } from './setup.ts';

/** Nothing in an image is younger than the day of Debian 12, or than its packages: seconds since 1970. */
const EPOCH = 1_686_355_200;

/** What an image holds so that machines can boot it over the network and tell how far they came. */
export interface MachineSide {
  packages: readonly string[];
  /** There before other packages are, so that the initramfs is made with them. */
  files: readonly Archived[];
}

/** What is there before packages read it. */
const EARLY = /^\/(?:etc\/(?:initramfs-tools|kernel|dpkg)|usr\/share\/initramfs-tools)\//;

export const epochOf = ({ snapshot }: Pick<Blueprint, 'snapshot'>): number =>
  snapshot === undefined ? EPOCH : Math.floor(Date.parse(snapshot) / 1_000);

/** `folder` is where it is built. What `benchOf` gives has to lie there as `bench.tar`. */
export function recipeOf(blueprint: Blueprint, machine: MachineSide, folder: string): Recipe {
  const kernel = boots(blueprint);
  const { architecture, suite, components, mirror, snapshot, sources } = blueprint;
  const fetch = (name: string) => `download ${BENCH}/${name} ${quote(join(folder, name))}`;
  return {
    ...{ architecture, suite },
    archive: {
      components,
      ...(mirror !== undefined && { mirror }),
      ...(snapshot !== undefined && { snapshot }),
    },
    ...(sources.length > 0 && { sources: sources.join('\n') }),
    packages: [...new Set([...blueprint.packages, ...(kernel ? machine.packages : [])])].sort(),
    dpkgOptions: blueprint.documentation ? [] : WITHOUT_DOCUMENTATION,
    earlyHooks: [
      `tar-in ${quote(join(folder, 'bench.tar'))} /`,
      `chroot "$1" tar --extract --file ${BENCH}/early.tar --directory / --no-same-owner --same-permissions --keep-directory-symlink`,
    ],
    hooks: [
      `chroot "$1" /bin/sh ${BENCH}/setup`,
      ...(kernel ? [fetch('kernel'), fetch('initrd')] : []),
      `rm -rf "$1${BENCH}"`,
    ],
    // Its initramfs is made once, at the end, and not for each package that has a part in it.
    ...(kernel && { env: { INITRD: 'No' } }),
    epoch: epochOf(blueprint),
  };
}

/** What is put into the image to make it with: archives of its files, its hooks, and the script that uses them. */
export function benchOf(blueprint: Blueprint, machine: MachineSide): Buffer {
  const kernel = boots(blueprint);
  const epoch = epochOf(blueprint);
  const files = blueprint.files.map(({ path, content, mode }) => ({
    path: path.slice(1),
    content: Buffer.from(content, 'base64'),
    mode,
  }));
  const early = [...(kernel ? machine.files : []), ...files.filter(({ path }) => EARLY.test(`/${path}`))];
  const inside = (name: string, content: string | Buffer, mode = 0o644): Archived => ({
    path: `${BENCH.slice(1)}/${name}`,
    content,
    mode,
  });
  return archiveOf(
    [
      inside('early.tar', archiveOf(early, epoch)),
      inside('files.tar', archiveOf(files, epoch)),
      inside('setup', setupOf(blueprint, { kernel })),
      ...blueprint.hooks.map(({ content }, index) =>
        inside(`hooks/${index}`, Buffer.from(content, 'base64'), 0o755),
      ),
    ],
    epoch,
  );
}

/** The programs of a build, as they are called wherever it takes place. */
const programsOf = (blueprint: Blueprint, machine: MachineSide): string[][] => [
  buildArgv(recipeOf(blueprint, machine, '/'), '/root.tar', 'auto'),
  ...[squashfsArgv, xzArgv, gzipArgv].map((argv) => argv('/root.tar', '/part')),
];

/** Names a build by what goes into it, 16 hexadecimal digits: the same blueprint has the same key while archives offer the same packages. */
export function keyOf(blueprint: Blueprint, machine: MachineSide, candidates: readonly string[]): string {
  const parts = {
    blueprint: digestOf(blueprint),
    // How it is made counts, too: another Muster may make it otherwise.
    bench: createHash('sha256').update(benchOf(blueprint, machine)).digest('hex'),
    programs: blueprint.kit ? [] : programsOf(blueprint, machine),
    packages: boots(blueprint) ? [...machine.packages] : [],
    candidates: [...candidates],
  };
  return createHash('sha256').update(canonical(parts)).digest('hex').slice(0, 16);
}
