/** Why mmdebstrap failed, by what apt, dpkg and it itself wrote. */

/** A cause that has a name. */
export type Cause =
  /** No archive has such a package, or not in that version. */
  | { kind: 'package'; name: string }
  /** The packages exclude each other. */
  | { kind: 'conflict'; message: string }
  /** An archive is signed with other keys than the given one; `keys` as apt calls them. */
  | { kind: 'key'; address: string; keys: string[] }
  | { kind: 'archive'; address: string; message: string }
  /** What an archive says of its own age does not go with the clock of the host; `message` is apt's. */
  | { kind: 'dated'; address: string; message: string }
  | { kind: 'full' };

const FIRST: [RegExp, (found: readonly string[]) => Cause][] = [
  [/No space left on device|You don't have enough free space in /, () => ({ kind: 'full' })],
  [
    /GPG error: (\S+ \S+) \S+: .*?((?:NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG) .*)$/,
    ([, address = '', rest = '']) => ({
      kind: 'key',
      address,
      keys: [...rest.matchAll(/(?:NO_PUBKEY|EXPKEYSIG|REVKEYSIG|BADSIG) ([0-9A-F]{8,40})/g)].map(
        ([, id]) => id!,
      ),
    }),
  ],
  [
    /^E: The repository '(\S+ \S+) \S+' is not signed/,
    ([, address = '']) => ({ kind: 'key', address, keys: [] }),
  ],
  [
    /^E: Release file for (\S+) is ((?:expired|not valid yet) \([^)]*\))/,
    ([, address = '', message = '']) => ({ kind: 'dated', address, message }),
  ],
  [
    /^E: The repository '(\S+ \S+) Release' does not have a Release file/,
    ([, address = '']) => ({ kind: 'archive', address, message: '404' }),
  ],
  [
    /^E: Failed to fetch (\S+) {2}(.*)$/,
    ([, address = '', message = '']) => ({ kind: 'archive', address, message }),
  ],
  [
    /^E: apt-get update did not find any indices for .* in suite '([^']*)'/,
    ([message = '', suite = '']) => ({ kind: 'archive', address: suite, message: message.slice(3) }),
  ],
  [/^E: Unable to locate package (\S+)/, ([, name = '']) => ({ kind: 'package', name })],
  [
    /^E: Couldn't find any package by (?:glob|regex) '([^']+)'/,
    ([, name = '']) => ({ kind: 'package', name }),
  ],
  [
    /^E: Version '([^']+)' for '([^']+)' was not found/,
    ([, version = '', name = '']) => ({ kind: 'package', name: `${name}=${version}` }),
  ],
  [/^E: Package '([^']+)' has no installation candidate/, ([, name = '']) => ({ kind: 'package', name })],
];
const DEPENDENCY = /^ (?:(\S+) : )?\s*((?:Pre-)?Depends|Conflicts|Breaks): (.*)$/;

/** The cause that its lines name; undefined where they name none. What makes others fail counts before them. */
export function causeOf(lines: readonly string[]): Cause | undefined {
  for (const [pattern, cause] of FIRST) {
    for (const line of lines) {
      const found = pattern.exec(line);
      if (found) return cause(found);
    }
  }
  if (!lines.some((line) => line.startsWith('E: Unable to correct problems'))) return undefined;
  const dependency = lines.findLast((line) => DEPENDENCY.test(line));
  return {
    kind: 'conflict',
    message: dependency?.trim() ?? lines.findLast((line) => line.startsWith('E: '))!.slice(3),
  };
}

/** Whether a line may tell why the packages cannot be had. */
export const tells = (line: string): boolean => /^[EW]: /.test(line) || DEPENDENCY.test(line);
