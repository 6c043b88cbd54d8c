/** What a machine is given, as an archive for the root of its file system. */
import { type Archived, archiveOf } from '../../../archive.ts';
import { MusterError } from '../../../errors.ts';
import type { Given, GivenFile } from './given.ts';
import { homeOf, keysFileOf } from './logins.ts';
import { hostsFile, networkFile, resolvFile } from './network.ts';
import { planOf } from './plan.ts';

/** Where the plan is, relative to `/`. */
export const PLAN = 'run/muster/boot/plan';
const KEY = 'etc/ssh/ssh_host_ed25519_key';

/** The archive (tar); its files are as old as `time`, seconds since 1970. Throws `machine.reserved` where a file is to go where Muster's own are. */
export const givenArchive = (given: Given, time: number): Buffer => archiveOf(entriesOf(given), time);

/** What is in it. Files of the configuration count where they are the same as those that every machine gets, like `/etc/hosts`. */
export function entriesOf(given: Given): Archived[] {
  const { machine, network, files } = given;
  const own = ownEntries(given);
  const taken = new Set(own.map(({ path }) => path));
  const chosen = files.map((file) => {
    const path = file.path.slice(1);
    if (taken.has(path) || path.startsWith('run/muster/'))
      throw new MusterError('machine.reserved', { machine, file: file.file, path: file.path });
    return fileOf(path, file);
  });
  const named = new Set(chosen.map(({ path }) => path));
  const resolv = network && resolvFile(network);
  const usual: Archived[] = [
    { path: 'etc/hostname', content: `${machine}\n`, mode: 0o644 },
    { path: 'etc/hosts', content: hostsFile(given), mode: 0o644 },
    ...(network
      ? [{ path: 'etc/systemd/network/10-muster.network', content: networkFile(network), mode: 0o644 }]
      : []),
    ...(resolv ? [{ path: 'etc/resolv.conf', content: resolv, mode: 0o644 }] : []),
  ];
  return [...usual.filter(({ path }) => !named.has(path)), ...own, ...chosen];
}

/** What nobody else may write. */
function ownEntries(given: Given): Archived[] {
  const { hostKey, logins, machine } = given;
  return [
    { path: KEY, content: hostKey.private, mode: 0o600 },
    { path: `${KEY}.pub`, content: `${hostKey.public} ${machine}\n`, mode: 0o644 },
    ...logins.flatMap(({ user, keys }): Archived[] => {
      const [folder, content] = [`${homeOf(user)}/.ssh`, keysFileOf(keys)];
      if (content === undefined) return [];
      return [
        { path: folder, folder: true, mode: 0o700 },
        { path: `${folder}/authorized_keys`, content, mode: 0o600 },
      ];
    }),
    { path: 'run/muster/boot', folder: true, mode: 0o700 },
    { path: PLAN, content: planOf(given), mode: 0o600 },
  ];
}

const fileOf = (path: string, { text, mode }: GivenFile): Archived => ({
  path,
  content: text,
  mode: Number.parseInt(mode, 8),
});
