/**
 * GitHub's REST API as far as it lists members and keys: pages by `Link`, entity tags that count against no limit, who sees whom,
 * and the bodies of its refusals (docs.github.com/rest: orgs/members, teams/members, users/keys, using-the-rest-api).
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, type FakeServer, numberOf, startServer } from './answer.ts';

export interface GithubWorld {
  /** Organisation -> login -> whether the membership is public. */
  organisations: Record<string, Record<string, boolean>>;
  /** `organisation/team` -> logins. */
  teams: Record<string, string[]>;
  /** Login -> keys as they were published, without comments. */
  keys: Record<string, string[]>;
  /** Token -> the login it belongs to. */
  tokens: Record<string, string>;
  /** Requests left until the limit. */
  remaining: number;
  /** Whether a secondary limit is in force. */
  secondary: boolean;
  /** Organisation -> the name it was given since. */
  renamed: Record<string, string>;
}

export interface FakeGithub extends FakeServer {
  world: GithubWorld;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** Starts it with a world of its own. */
export async function startGithub(world: Partial<GithubWorld> = {}): Promise<FakeGithub> {
  const whole: GithubWorld = {
    organisations: {},
    teams: {},
    keys: {},
    tokens: {},
    remaining: 5_000,
    secondary: false,
    renamed: {},
    ...world,
  };
  const server = await startServer((url, request) => answer(url, request, whole));
  return Object.assign(server, { world: whole });
}

function answer(url: URL, request: IncomingMessage, world: GithubWorld): Answer {
  const { headers } = request;
  if (!headers['user-agent'])
    return {
      status: 403,
      body: 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    };
  const version = headers['x-github-api-version'];
  if (version !== undefined && version !== '2022-11-28')
    return refusal(400, `${version} is not a supported API version`);
  if (world.secondary)
    return {
      ...refusal(
        403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID 1234.',
      ),
      headers: { 'retry-after': '60' },
    };
  const token = /^(?:Bearer|token) (.+)$/.exec(headers.authorization ?? '')?.[1];
  const caller = token === undefined ? undefined : world.tokens[token];
  if (headers.authorization !== undefined && caller === undefined) return refusal(401, 'Bad credentials');
  const limit = {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + 600),
  };
  if (world.remaining === 0)
    return {
      ...refusal(403, 'API rate limit exceeded for user ID 1.'),
      headers: { ...limit, 'x-ratelimit-remaining': '0' },
    };
  const found = find(url, caller, world);
  if (found === undefined) return refusal(404, 'Not Found');
  if ('moved' in found) return { ...refusal(301, 'Moved Permanently'), headers: { location: found.moved } };
  const perPage = Math.min(numberOf(url, 'per_page', 30), 100);
  const page = numberOf(url, 'page', 1);
  const body = JSON.stringify(found.items.slice((page - 1) * perPage, page * perPage));
  const tag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  if (headers['if-none-match'] === tag) return { status: 304, headers: { ...limit, etag: tag } };
  world.remaining -= 1;
  const last = Math.ceil(found.items.length / perPage);
  const link = (to: number, rel: string) =>
    `<${url.origin}${found.canonical}?per_page=${perPage}&page=${to}>; rel="${rel}"`;
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return {
    status: 200,
    headers: {
      ...limit,
      'x-ratelimit-remaining': String(world.remaining),
      etag: tag,
      ...(links.length > 0 && { link: links.join(', ') }),
    },
    body,
  };
}

type Found = { items: object[]; canonical: string } | { moved: string } | undefined;

/** Pages are linked by numbers of organisations and people, as there. */
function find({ pathname, search }: URL, caller: string | undefined, world: GithubWorld): Found {
  const { organisations, teams, keys } = world;
  const names = Object.keys(organisations);
  const [, root = '', first = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const what = rest.join('/');
  if (root === 'users' && what === 'keys' && Object.hasOwn(keys, first)) {
    const items = (keys[first] as string[]).map((key, index) => ({ id: index + 1, key }));
    return { items, canonical: `/user/${Object.keys(keys).indexOf(first) + 1}/keys` };
  }
  if (root === 'user' && what === 'keys') {
    const login = Object.keys(keys)[Number(first) - 1];
    return login === undefined ? undefined : find(new URL(`http://x/users/${login}/keys`), caller, world);
  }
  if (root === 'orgs' && world.renamed[first] !== undefined)
    return { moved: `/organizations/${names.indexOf(world.renamed[first]) + 1}/${what}${search}` };
  const name = root === 'orgs' ? first : root === 'organizations' ? names[Number(first) - 1] : undefined;
  const members = name === undefined ? undefined : organisations[name];
  if (members === undefined) return undefined;
  const within = caller !== undefined && Object.hasOwn(members, caller);
  const canonical = `/organizations/${names.indexOf(name as string) + 1}/${what}`;
  const listed = (logins: string[]) => logins.map((login, index) => ({ login, id: index + 1, type: 'User' }));
  if (what === 'members') {
    const seen = Object.keys(members).filter((login) => within || members[login]);
    return { items: listed(seen), canonical };
  }
  const team = /^teams\/([^/]+)\/members$/.exec(what)?.[1];
  const people = team === undefined ? undefined : teams[`${name}/${team}`];
  return people === undefined || !within ? undefined : { items: listed(people), canonical };
}

const refusal = (status: number, message: string): Answer => ({
  status,
  body: { message, documentation_url: DOCUMENTATION, status: String(status) },
});
