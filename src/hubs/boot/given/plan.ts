/** What the machine does with an archive it was given, apart from unpacking it: lines of words, each percent-encoded (RFC 3986). */
import type { Given } from './given.ts';
import { homeOf } from './logins.ts';

/**
 * `hostname NAME`, `user NAME`, `owner PATH USER GROUP MODE`, `reload-network`, `start UNIT`, `report TEXT`: a line each, done in
 * this order; but users are made, with their homes, before anything is unpacked. Whatever is in a name, it stays one word of one line.
 */
export function planOf({ machine, network, logins, files, services, notes }: Given): string {
  const people = logins.filter(({ user }) => user !== 'root');
  const lines = [
    ['hostname', machine],
    ...people.map(({ user }) => ['user', user]),
    ...people.flatMap(({ user, keys }) => {
      const folder = `${homeOf(user)}/.ssh`;
      const paths = [
        [folder, '0700'],
        [`${folder}/authorized_keys`, '0600'],
      ] as const;
      return keys.length === 0 ? [] : paths.map(([path, mode]) => ['owner', `/${path}`, user, user, mode]);
    }),
    ...files
      .filter(({ owner, group }) => owner !== undefined || group !== undefined)
      .map(({ path, mode, owner = 'root', group = 'root' }) => ['owner', path, owner, group, mode]),
    ...(network ? [['reload-network']] : []),
    ...services.map((unit) => ['start', unit]),
    ...notes.map((note) => ['report', note]),
  ];
  return lines.map((words) => `${words.map(encoded).join(' ')}\n`).join('');
}

/** Only letters, digits and `-._~` stay as they are; half of a pair of UTF-16 is written as what stands for it. */
const encoded = (word: string): string =>
  encodeURIComponent(Buffer.from(word).toString()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
