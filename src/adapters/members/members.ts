/** Who belongs to an organisation or team of GitHub or Gitea, and their public keys as they published them. */
import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { messages } from '../../messages/messages.ts';
import type { Secret } from '../../secret.ts';
import { Client, type ClientOptions, type Tagged } from './client.ts';

export type { Tagged } from './client.ts';

export type Service = 'github' | 'gitea';

/** An organisation, or one team of it. */
export interface Organisation {
  service: Service;
  organisation: string;
  team?: string;
  /** Where the API is, like `https://git.example.org/api/v1`. */
  apiRoot: string;
  token?: Secret;
}

/** A person, with keys that may be any text. */
export interface Member {
  login: string;
  keys: string[];
}

/** GitHub's own API. */
export const GITHUB_API = 'https://api.github.com';

/** How many people's keys are asked for at a time; services limit those who ask for many at once. */
const AT_ONCE = 4;

const Login = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
const People = z.array(z.looseObject({ login: Login }));
const Keys = z.array(z.looseObject({ key: z.string().max(16_384) }));
const Teams = z.array(z.looseObject({ id: z.number().int(), name: z.string() }));

/** How the two differ: GitHub names the next page, Gitea gives pages of at most 50 and counts. */
const SERVICES: Readonly<
  Record<
    Service,
    Pick<ClientOptions, 'query' | 'linked'> & { headers(token: Secret | undefined): Record<string, string> }
  >
> = {
  github: {
    query: (page) => (page === 1 ? 'per_page=100' : `per_page=100&page=${page}`),
    linked: true,
    headers: (token) => ({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      'user-agent': 'muster',
      ...(token && { authorization: `Bearer ${token.reveal()}` }),
    }),
  },
  gitea: {
    query: (page) => `page=${page}&limit=50`,
    linked: false,
    headers: (token) => ({
      accept: 'application/json',
      'user-agent': 'muster',
      ...(token && { authorization: `token ${token.reveal()}` }),
    }),
  },
};

/** What people call it: `github.com/acme/ops`. */
export const nameOf = ({ apiRoot, organisation, team }: Omit<Organisation, 'token' | 'service'>): string =>
  [hostOf(apiRoot), organisation, ...(team === undefined ? [] : [team])].join('/');

/** What people call the service: `github.com`. */
export const hostOf = (apiRoot: string): string =>
  apiRoot === GITHUB_API ? 'github.com' : new URL(apiRoot).host;

/**
 * Everybody in it with all their keys, in the order of their names. Rejects with `members.unreachable`, `members.token`,
 * `members.forbidden`, `members.unknown`, `members.limited` or `members.answer`: there is no half answer.
 */
export async function membersOf(
  of: Organisation,
  options: { tagged?: Tagged; timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Member[]> {
  const { headers, ...paging } = SERVICES[of.service];
  const where = nameOf(of);
  const client = new Client({
    ...paging,
    where,
    apiRoot: of.apiRoot.replace(/\/+$/, ''),
    headers: headers(of.token),
    tagged: options.tagged ?? new Map(),
    timeoutMs: options.timeoutMs,
    signal: options.signal,
  });
  const list = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const { data, error } = shape.safeParse(await client.list(path));
    if (error) throw new MusterError('members.answer', { where, message: messages().reasons.members.shape });
    return data;
  };
  const people = await list(await pathOf(of, where, list), People);
  const logins = [...new Set(people.map(({ login }) => login))].sort();
  const found = new Map<string, string[]>();
  const left = [...logins];
  const work = async () => {
    for (let login = left.shift(); login !== undefined; login = left.shift()) {
      const keys = await list(`/users/${encodeURIComponent(login)}/keys`, Keys).catch((thrown) => {
        // Nobody else needs to be asked.
        left.length = 0;
        throw thrown;
      });
      found.set(
        login,
        keys.map(({ key }) => key),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return logins.map((login) => ({ login, keys: found.get(login) as string[] }));
}

/** Where the list of its people is; Gitea knows teams by number. */
async function pathOf(
  { service, organisation, team }: Organisation,
  where: string,
  list: <T>(path: string, shape: z.ZodType<T>) => Promise<T>,
): Promise<string> {
  const organisationPath = `/orgs/${encodeURIComponent(organisation)}`;
  if (team === undefined) return `${organisationPath}/members`;
  if (service === 'github') return `${organisationPath}/teams/${encodeURIComponent(team)}/members`;
  const teams = await list(`${organisationPath}/teams`, Teams);
  const found = teams.find(({ name }) => name.toLowerCase() === team.toLowerCase());
  if (!found) throw new MusterError('members.unknown', { where });
  return `/teams/${found.id}/members`;
}
