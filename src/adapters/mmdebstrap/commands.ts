/** The command line of mmdebstrap(1), and how far its output says it is. */
import { dirname, join } from 'node:path/posix';
import { quote } from '../../shell.ts';
import { dpkgTold, leftOut, notTold } from './dpkg.ts';
import type { ArchiveWish } from './sources.ts';

/** A root file system, described. The same recipe and the same packages give the same bytes. */
export interface Recipe {
  /** A Debian release by its code name, like `bookworm`. */
  suite: string;
  /** Packages next to the essential ones and apt. */
  packages: readonly string[];
  /** Lines for dpkg's configuration in the image, like `path-exclude=/usr/share/man/*`. */
  dpkgOptions: readonly string[];
  /** Programs of the host that go into the image before the hooks run; `to` is ours. */
  files?: readonly { from: string; to: string }[];
  /** By Debian's name, like `arm64`; the host's own by default. */
  architecture?: string;
  /** Where Debian's packages come from; as on the host by default. */
  archive?: ArchiveWish;
  /** More sources of packages (deb822), each with the key that signs it. */
  sources?: string;
  /** As `hooks`, run when only the essential packages are there. */
  earlyHooks?: readonly string[];
  /** Shell snippets of ours (never made of foreign text) that run on the host at the end, `$1` being the new root. */
  hooks: readonly string[];
  /** Added to the environment of everything that is installed. */
  env?: Readonly<Record<string, string>>;
  /** No file in the image is younger than this, seconds since 1970 (reproducible-builds.org/specs/source-date-epoch). */
  epoch: number;
}

/** `auto` is `root` for root and `unshare` (user namespaces) for anybody else. */
export type Mode = 'auto' | 'root' | 'unshare';

/** Lines for apt's configuration in the image. */
export type AptOptions = readonly string[];

/** usrmerge would bring all of perl along; its stand-in needs the links to be there first, which this hook sees to. */
const MERGED = '--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr';

/** `upload` reads it as whoever builds, also where the build has another user. */
const placed = ({ from, to }: { from: string; to: string }): string[] => [
  `mkdir -p "$1${dirname(to)}"`,
  `upload ${quote(from)} ${to}`,
  `chmod 755 "$1${to}"`,
];

const words = (recipe: Recipe, mode: Mode, aptOptions: AptOptions): string[] => [
  `--mode=${mode}`,
  '--variant=minbase',
  ...(recipe.architecture === undefined ? [] : [`--architectures=${recipe.architecture}`]),
  ...(recipe.packages.length === 0 ? [] : [`--include=${recipe.packages.join(',')}`]),
  ...aptOptions.map((option) => `--aptopt=${option}`),
];

/** Where dpkg's database goes: of the whole archive nothing else has to be read for it. */
const statusOf = (target: string): string => join(dirname(target), 'status');

/** Builds `target` (its ending names the format: `.tar`, `.squashfs`), and beside it what `statusArgv` prints; apt sources come on standard input. */
export const buildArgv = (
  recipe: Recipe,
  target: string,
  mode: Mode,
  aptOptions: AptOptions = [],
): string[] => [
  'mmdebstrap',
  ...words(recipe, mode, aptOptions),
  MERGED,
  `--setup-hook=${dpkgTold(recipe.dpkgOptions)}`,
  ...leftOut(recipe.dpkgOptions).map((hook) => `--extract-hook=${hook}`),
  ...(recipe.earlyHooks ?? []).map((hook) => `--essential-hook=${hook}`),
  ...(recipe.files ?? []).flatMap(placed).map((hook) => `--customize-hook=${hook}`),
  ...recipe.hooks.map((hook) => `--customize-hook=${hook}`),
  `--customize-hook=download /var/lib/dpkg/status ${quote(statusOf(target))}`,
  `--customize-hook=${notTold()}`,
  '--',
  recipe.suite,
  target,
  '-',
];

/**
 * A pipe of its arguments and another program that ends with the code of what failed first: sh(1) itself only knows that of the last one.
 * Where nobody reads any more, mmdebstrap sends SIGHUP to all of its group, and ends once it has cleaned up: it is waited for.
 */
const PIPE = (to: string, code: string): string =>
  `trap : HUP; { trap : HUP; code=0; "$@" || code=$?; echo "$code" >${code}; } | ${to}; end=$?; read -r code <${code}; [ "$code" -eq 0 ] || exit "$code"; exit "$end"`;

/** Builds in `folder` what another program reads from its standard input as it is packed: there is no archive then. */
export const pipeArgv = (
  recipe: Recipe,
  folder: string,
  mode: Mode,
  aptOptions: AptOptions,
  through: readonly string[],
): string[] => {
  const target = join(folder, 'root.tar');
  const argv = buildArgv(recipe, target, mode, aptOptions).map((word) => (word === target ? '-' : word));
  return ['sh', '-c', PIPE(through.map(quote).join(' '), quote(join(folder, 'code'))), 'sh', ...argv];
};

/** Resolves the packages without fetching any; apt sources come on standard input. */
export const simulateArgv = (recipe: Recipe, mode: Mode, aptOptions: AptOptions = []): string[] => [
  'mmdebstrap',
  '--simulate',
  '--verbose',
  ...words(recipe, mode, aptOptions),
  '--format=null',
  '--',
  recipe.suite,
  '-',
  '-',
];

/** The packages a simulation chose, as `name version`, each once, sorted. */
export function parseSimulation(lines: readonly string[]): string[] {
  const packages = lines.flatMap((line) => {
    const [, name, version] = line.match(/^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) /) ?? [];
    return name === undefined ? [] : [`${name} ${version}`];
  });
  return [...new Set(packages)].sort();
}

/** Prints dpkg's database as it was when `target` was built. */
export const statusArgv = (target: string): string[] => ['cat', '--', statusOf(target)];

/** Installed packages as `name version`, sorted, out of dpkg's database. */
export function parseStatus(status: string): string[] {
  const entries = status.split('\n\n').map((entry) => {
    const field = (name: string) => entry.match(new RegExp(`^${name}: (.+)$`, 'm'))?.[1];
    return { name: field('Package'), version: field('Version'), state: field('Status') };
  });
  return entries
    .filter(({ state }) => state === 'install ok installed')
    .map(({ name, version }) => `${name} ${version}`)
    .sort();
}

/** Marks in the output, and the share of the time that has usually gone by when they appear. */
const MARKS: [string, number][] = [
  ['I: running apt-get update', 0.02],
  ['I: running --setup-hook', 0.03],
  ['I: downloading packages', 0.2],
  ['I: extracting archives', 0.3],
  ['I: installing essential packages', 0.45],
  ['I: installing remaining packages', 0.65],
  ['I: running --customize-hook', 0.85],
  ['I: cleaning package lists', 0.88],
  ['I: creating tarball', 0.9],
  ['I: success', 1],
];

/** The share that is done, 0 to 1, where a line of output tells. */
export const shareOf = (line: string): number | undefined =>
  MARKS.find(([mark]) => line.startsWith(mark))?.[1];
