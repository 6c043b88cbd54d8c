import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { membersOf, nameOf, type Organisation, type Tagged } from '../../../src/adapters/members/members.ts';
import type { ErrorCode, MusterError } from '../../../src/errors.ts';
import { Secret } from '../../../src/secret.ts';
import type { Trouble } from '../../fakes/members/answer.ts';
import { type FakeGitea, startGitea } from '../../fakes/members/gitea.ts';
import { type FakeGithub, startGithub } from '../../fakes/members/github.ts';
import { newKey } from '../../keys.ts';

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${String(index).padStart(3, '0')}`);
const everybody = people(230);
const keys = Object.fromEntries(everybody.map((login, index) => [login, index % 7 === 3 ? [] : [newKey()]]));
keys.p000 = Array.from({ length: 120 }, newKey);
const concealed = Object.fromEntries(everybody.map((login, index) => [login, index < 40]));

/** Rejects with this code, in words that match. */
const rejects = (work: Promise<unknown>, code: ErrorCode, words = /./) =>
  assert.rejects(work, (error: MusterError) => {
    assert.equal(error.code, code, error.message);
    assert.match(`${error.message} / ${error.hint}`, words);
    return true;
  });

describe('GitHub', () => {
  let github: FakeGithub;
  let of: Organisation;
  before(async () => {
    github = await startGithub({
      organisations: { other: { eve: true }, acme: concealed },
      teams: { 'acme/ops': ['p001', 'p003', 'p120'] },
      keys: { ...keys, eve: [newKey()] },
      tokens: { good: 'p001', outside: 'eve' },
    });
    of = { service: 'github', organisation: 'acme', apiRoot: github.origin, token: new Secret('good') };
  });
  after(() => github.close());

  test('every member on every page is found, with every key on every page', async () => {
    const found = await membersOf(of);
    assert.deepEqual(
      found.map(({ login, keys: own }) => [login, own]),
      everybody.map((login) => [login, keys[login]]),
    );
    assert.ok(github.most <= 4, `${github.most} at once`);
    const paths = github.asked.map(({ path }) => path);
    assert.ok(
      paths.includes('/organizations/2/members?per_page=100&page=3'),
      'the links of the service are followed',
    );
  });

  test('a second look costs nothing where nothing changed, and sees at once what did', async () => {
    const tagged: Tagged = new Map();
    await membersOf(of, { tagged });
    const before = github.world.remaining;
    assert.deepEqual(await membersOf(of, { tagged }), await membersOf(of, { tagged }));
    assert.equal(github.world.remaining, before);
    const own = github.world.keys.p005 as string[];
    github.world.keys.p005 = [newKey()];
    const found = await membersOf(of, { tagged });
    assert.deepEqual(found.find(({ login }) => login === 'p005')?.keys, github.world.keys.p005);
    assert.equal(github.world.remaining, before - 1);
    github.world.keys.p005 = own;
  });

  test('a team is only its own members', async () => {
    const found = await membersOf({ ...of, team: 'ops' });
    assert.deepEqual(
      found.map(({ login }) => login),
      ['p001', 'p003', 'p120'],
    );
    await rejects(membersOf({ ...of, team: 'nobody' }), 'members.unknown', /127\.0\.0\.1:\d+\/acme\/nobody/);
  });

  test('without a member’s token only public members are seen', async () => {
    const { token: _, ...stranger } = of;
    assert.equal((await membersOf(stranger)).length, 40);
    assert.equal((await membersOf({ ...of, token: new Secret('outside') })).length, 40);
  });

  test('an organisation that was renamed is found where it is now', async () => {
    github.world.renamed.oldacme = 'acme';
    assert.equal((await membersOf({ ...of, organisation: 'oldacme' })).length, everybody.length);
    delete github.world.renamed.oldacme;
  });

  test('a bad token, an unknown organisation and limits are told apart', async () => {
    await rejects(membersOf({ ...of, token: new Secret('bad') }), 'members.token', /Bad credentials/);
    await rejects(membersOf({ ...of, organisation: 'nowhere' }), 'members.unknown');
    github.world.secondary = true;
    await rejects(membersOf(of), 'members.limited', /in 1 min/);
    github.world.secondary = false;
    const { remaining } = github.world;
    github.world.remaining = 0;
    await rejects(membersOf(of), 'members.limited', /asked too often.*in (?:10|9) min/);
    // The limit is reached in the middle: half a list is none.
    github.world.remaining = 100;
    await rejects(membersOf(of), 'members.limited');
    github.world.remaining = remaining;
  });

  test('a token that may not see the organisation is told in the words of the service', async () => {
    const message = 'Resource protected by organization SAML enforcement.';
    github.troubles.set('/orgs/acme', {
      status: 403,
      body: { message },
      headers: { 'x-github-sso': 'required' },
    });
    await rejects(membersOf(of), 'members.forbidden', /SAML enforcement/);
    github.troubles.clear();
  });

  test('whatever goes wrong with one page or one person, there is no half answer', async () => {
    for (const [trouble, code] of [
      [{ status: 500, body: 'oops' }, 'members.unreachable'],
      [{ status: 502, body: '<html>' }, 'members.unreachable'],
      ['cut', 'members.unreachable'],
      ['hang', 'members.unreachable'],
      [{ status: 404, body: { message: 'Not Found' } }, 'members.unknown'],
      [{ status: 200, body: '<html>sign in</html>' }, 'members.answer'],
      [{ status: 200, body: { message: 'a list it is not' } }, 'members.answer'],
      [{ status: 200, body: [{ key: 5 }] }, 'members.answer'],
      [{ status: 200, body: 'x'.repeat(5 * 1024 * 1024) }, 'members.answer'],
      [{ status: 422, body: { message: 'odd' } }, 'members.answer'],
    ] as const) {
      for (const path of ['/organizations/2/members', '/users/p150/keys']) {
        github.troubles.set(path, trouble);
        await rejects(membersOf(of, { timeoutMs: trouble === 'hang' ? 300 : 20_000 }), code);
        github.troubles.clear();
      }
    }
  });

  test('a name that would change what is asked for is refused', async () => {
    github.troubles.set('/orgs/acme/members', { status: 200, body: [{ login: '../../user' }] });
    await rejects(membersOf(of), 'members.answer');
    github.troubles.clear();
  });

  test('a token is sent to no other server, neither by a redirect nor by a link', async () => {
    const other = await startGithub({
      organisations: { acme: { mallory: true } },
      keys: { mallory: [newKey()] },
    });
    const troubles: Trouble[] = [
      { status: 302, headers: { location: `${other.origin}/orgs/acme/members` } },
      { status: 200, body: [], headers: { link: `<${other.origin}/orgs/acme/members>; rel="next"` } },
    ];
    for (const trouble of troubles) {
      github.troubles.set('/orgs/acme', trouble);
      await rejects(membersOf(of), 'members.answer', /another server/);
      github.troubles.clear();
    }
    assert.deepEqual(other.asked, []);
    await other.close();
  });

  test('what does not end is refused, and what is not there is told', async () => {
    const link = `<${github.origin}/orgs/acme/members?per_page=100&page=2>; rel="next"`;
    github.troubles.set('/orgs/acme', { status: 200, body: [], headers: { link } });
    await rejects(membersOf(of), 'members.answer', /more than 100 pages/);
    github.troubles.clear();
    const gone = await startGithub();
    await gone.close();
    await rejects(membersOf({ ...of, apiRoot: gone.origin }), 'members.unreachable', /ECONNREFUSED/);
  });

  test('whoever stops waiting is not told of an error of the service', async () => {
    github.troubles.set('/orgs/acme', 'hang');
    const stop = new AbortController();
    const asking = membersOf(of, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await assert.rejects(asking, /enough/);
    github.troubles.clear();
  });
});

describe('Gitea', () => {
  let gitea: FakeGitea;
  let of: Organisation;
  before(async () => {
    gitea = await startGitea({
      organisations: { acme: concealed },
      teams: {
        acme: {
          Owners: ['p001'],
          ...Object.fromEntries(people(60).map((name) => [`t-${name}`, []])),
          ops: ['p002', 'p200'],
        },
      },
      keys,
      tokens: {
        good: { login: 'p001', scopes: ['read:user', 'read:organization'] },
        narrow: { login: 'p001', scopes: ['read:user'] },
      },
    });
    of = { service: 'gitea', organisation: 'acme', apiRoot: gitea.apiRoot, token: new Secret('good') };
  });
  after(() => gitea.close());

  test('every member is found with every key, also where the server gives smaller pages than asked for', async () => {
    const wanted = everybody.map((login) => [login, keys[login]]);
    for (const most of [50, 7]) {
      gitea.world.most = most;
      const found = await membersOf(of);
      assert.deepEqual(
        found.map(({ login, keys: own }) => [login, own]),
        wanted,
      );
    }
    gitea.world.most = 50;
  });

  test('a team is found by its name, whatever page it is on', async () => {
    const found = await membersOf({ ...of, team: 'ops' });
    assert.deepEqual(
      found.map(({ login }) => login),
      ['p002', 'p200'],
    );
    await rejects(membersOf({ ...of, team: 'nobody' }), 'members.unknown');
  });

  test('without a token, or with one that may too little, nobody is found', async () => {
    const { token: _, ...stranger } = of;
    await rejects(membersOf(stranger), 'members.token', /token is required/);
    await rejects(membersOf({ ...of, token: new Secret('bad') }), 'members.token', /invalid username/);
    await rejects(
      membersOf({ ...of, token: new Secret('narrow') }),
      'members.forbidden',
      /read:organization/,
    );
    await rejects(membersOf({ ...of, organisation: 'nowhere' }), 'members.unknown');
  });

  test('a list that is shorter than it says is no answer, as people would seem to have left', async () => {
    gitea.troubles.set('/api/v1/orgs', { status: 200, body: [], headers: { 'x-total-count': '230' } });
    await rejects(membersOf(of), 'members.answer', /a list of 230 has only 0/);
    gitea.troubles.clear();
  });

  test('an address that is not that of the API is told', async () => {
    await rejects(membersOf({ ...of, apiRoot: gitea.origin }), 'members.unknown');
  });
});

test('an organisation is called as people know it', () => {
  const acme = { organisation: 'acme', apiRoot: 'https://api.github.com' };
  assert.equal(nameOf(acme), 'github.com/acme');
  assert.equal(
    nameOf({ ...acme, team: 'ops', apiRoot: 'https://git.example.org/api/v1' }),
    'git.example.org/acme/ops',
  );
});
