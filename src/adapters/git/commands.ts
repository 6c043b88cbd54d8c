/** Git's command line as argv arrays, apart from the machine's own configuration, hooks, filters and prompts. */

/** What a git process gets in its environment: nothing of the machine's or a user's configuration counts. */
export const GIT_ENV: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_COUNT: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_ALLOW_PROTOCOL: 'https:ssh:git:file',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes -oConnectTimeout=15 -oServerAliveInterval=15',
  GIT_LFS_SKIP_SMUDGE: '1',
  LC_ALL: 'C',
};

const git = [
  'git',
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.attributesFile=/dev/null'],
  ...['-c', 'protocol.ext.allow=never', '-c', 'safe.directory=*', '-c', 'credential.helper='],
  ...['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', '-c', 'submodule.recurse=false'],
  ...['-c', 'advice.detachedHead=false', '-c', 'init.defaultBranch=main'],
];

const inside = (folder: string): string[] => [...git, `--git-dir=${folder}`];

/** The serving side of a repository on the same machine; the owner of its folder may be somebody else. */
const serve = (address: string): string[] =>
  /^(?:\/|file:)/.test(address) ? ["--upload-pack=git -c safe.directory='*' upload-pack"] : [];

/** Lists branches and tags, or what matches one full ref. */
export const lsRemoteArgv = (address: string, fullRef?: string): string[] => [
  ...[...git, 'ls-remote', '--quiet'],
  ...(fullRef === undefined ? ['--heads', '--tags'] : []),
  ...[...serve(address), '--', address],
  ...(fullRef === undefined ? [] : [fullRef]),
];

/** Makes a bare repository; one that is there stays as it is. */
export const initArgv = (folder: string, format: 'sha1' | 'sha256'): string[] => [
  ...[...git, 'init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--', folder],
];

/** Ends with 0 where the repository has the commit with all its files: a fetch that was cut off leaves some of them. */
export const hasArgv = (folder: string, commit: string): string[] => [
  ...[...inside(folder), 'rev-list', '--objects', '--quiet', commit, '--not', '--all', '--'],
];

/** The ref that keeps a fetched commit. */
export const keptRef = (commit: string): string => `refs/muster/${commit}`;

/** Fetches one commit without its history. */
export const fetchArgv = (folder: string, address: string, commit: string): string[] => [
  ...[...inside(folder), 'fetch', '--depth=1', '--no-tags', '--no-write-fetch-head'],
  ...['--no-recurse-submodules', '--quiet', ...serve(address)],
  ...['--', address, `+${commit}:${keptRef(commit)}`],
];

/** Fetches refs with their history, for servers that give out no single commits. */
export const fetchRefsArgv = (folder: string, address: string, refs: readonly string[]): string[] => [
  ...[...inside(folder), 'fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'],
  ...['--quiet', ...serve(address), '--', address],
  ...refs.map((ref) => `+${ref}:refs/fetched/${ref}`),
];

/** Gives a commit that is there the ref that keeps it. */
export const keepArgv = (folder: string, commit: string): string[] => [
  ...[...inside(folder), 'update-ref', keptRef(commit), commit],
];

/** Writes a commit's files into a folder; the index of `GIT_INDEX_FILE` has to be new. */
export const exportArgv = (folder: string, commit: string, into: string): string[] => [
  ...[...inside(folder), `--work-tree=${into}`, 'read-tree', '--reset', '-u', commit],
];

/** Lists what is kept. */
export const listKeptArgv = (folder: string): string[] => [
  ...[...inside(folder), 'for-each-ref', '--format=%(refname)', 'refs/muster/'],
];

/** Lets go of a kept commit. */
export const dropArgv = (folder: string, ref: string): string[] => [
  ...[...inside(folder), 'update-ref', '-d', ref],
];

/** Removes what no ref keeps. */
export const cleanArgv = (folder: string): string[] => [
  ...inside(folder),
  ...['gc', '--quiet', '--prune=now'],
];
