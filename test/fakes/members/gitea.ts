/**
 * Gitea's REST API as far as it lists members, teams and keys: pages of at most 50 with a count and no `Link`, no keys without a
 * token, scopes of tokens (go-gitea/gitea routers/api/v1: api.go, org/member.go, org/team.go, user/key.go).
 */
import type { IncomingMessage } from 'node:http';
import { type Answer, type FakeServer, numberOf, startServer } from './answer.ts';

export interface GiteaWorld {
  /** Organisation -> login -> whether the membership is public. */
  organisations: Record<string, Record<string, boolean>>;
  /** Organisation -> team -> logins. */
  teams: Record<string, Record<string, string[]>>;
  /** Login -> keys as they were published. */
  keys: Record<string, string[]>;
  /** Token -> whose it is, and what it may. */
  tokens: Record<string, { login: string; scopes: string[] }>;
  /** The most entries of a page (`MAX_RESPONSE_ITEMS`). */
  most: number;
}

export interface FakeGitea extends FakeServer {
  world: GiteaWorld;
  /** What goes into `apiRoot`. */
  apiRoot: string;
}

/** Starts it with a world of its own. */
export async function startGitea(world: Partial<GiteaWorld> = {}): Promise<FakeGitea> {
  const whole: GiteaWorld = { organisations: {}, teams: {}, keys: {}, tokens: {}, most: 50, ...world };
  const server = await startServer((url, request) => answer(url, request, whole));
  return Object.assign(server, { world: whole, apiRoot: `${server.origin}/api/v1` });
}

function answer(url: URL, { headers }: IncomingMessage, world: GiteaWorld): Answer {
  const refused = (status: number, message: string): Answer => ({
    status,
    body: { message, url: `${url.origin}/api/swagger` },
  });
  const [, api, v1, root = '', first = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
  if (api !== 'api' || v1 !== 'v1')
    return { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>' };
  const text = /^token (.+)$/.exec(headers.authorization ?? '')?.[1];
  const token = text === undefined ? undefined : world.tokens[text];
  if (headers.authorization !== undefined && token === undefined)
    return refused(401, 'invalid username, password or token');
  const scope = root === 'users' ? 'read:user' : 'read:organization';
  if (token && !token.scopes.includes(scope))
    return refused(
      403,
      `token does not have at least one of required scope(s), required=[${scope}], token scope=${token.scopes.join(',')}`,
    );
  const items = find(root, first, rest.join('/'), token?.login, world);
  if (items === 'token') return refused(401, 'token is required');
  if (items === undefined) return refused(404, 'The target couldn’t be found.');
  const limit = Math.min(numberOf(url, 'limit', 30), world.most);
  const page = numberOf(url, 'page', 1);
  return {
    status: 200,
    headers: { 'x-total-count': String(items.length) },
    body: items.slice((page - 1) * limit, page * limit),
  };
}

function find(
  root: string,
  first: string,
  what: string,
  caller: string | undefined,
  { organisations, teams, keys }: GiteaWorld,
): object[] | 'token' | undefined {
  const people = (logins: string[]) =>
    logins.map((login, index) => ({ id: index + 1, login, username: login }));
  if (root === 'users' && what === 'keys') {
    if (caller === undefined) return 'token';
    return Object.hasOwn(keys, first)
      ? (keys[first] as string[]).map((key, index) => ({ id: index + 1, key, title: 'laptop' }))
      : undefined;
  }
  const all = Object.entries(teams).flatMap(([organisation, own]) =>
    Object.entries(own).map(([name, logins]) => ({ organisation, name, logins })),
  );
  if (root === 'teams' && what === 'members') {
    if (caller === undefined) return 'token';
    const team = all[Number(first) - 1];
    const seen = team && Object.hasOwn(organisations[team.organisation] ?? {}, caller);
    return seen ? people(team.logins) : undefined;
  }
  const members = root === 'orgs' ? organisations[first] : undefined;
  if (members === undefined) return undefined;
  const within = caller !== undefined && Object.hasOwn(members, caller);
  if (what === 'members') return people(Object.keys(members).filter((login) => within || members[login]));
  if (what !== 'teams') return undefined;
  if (caller === undefined) return 'token';
  return all.flatMap(({ organisation, name }, index) =>
    organisation === first ? [{ id: index + 1, name, permission: 'read' }] : [],
  );
}
