import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorise, mayEver, personOf } from '../../../src/bot/rights/authorise.ts';
import { Config } from '../../../src/config/config.ts';

const config = {
  ...Config.parse({
    people: {
      reem: { roles: ['operator'], identities: { telegram: '17', console: 'reem' } },
      sami: { roles: ['member', 'builder'], identities: { slack: 'U1', telegram: '18' } },
      lina: { roles: ['member'], identities: { telegram: '19', console: '*' } },
      nobody: { identities: { telegram: '*' } },
      root: { roles: ['admin'] },
    },
    roles: {
      member: { allow: [{ commands: ['status', 'jobs', 'help'] }] },
      builder: { allow: [{ commands: ['build-*'] }, { commands: ['deploy'], on: ['app/test-*'] }] },
      operator: { allow: [{ commands: ['{deploy,rollback}'], on: ['app/*', 'host/web-*'] }] },
      admin: { allow: [{ commands: ['*', '!reload'], on: ['*', '*/*', '!host/db-*'] }] },
    },
  }),
  folder: '/',
};

test('a role allows what its globs cover, and says which role it was', () => {
  assert.deepEqual(authorise(config, 'reem', 'deploy', ['app/shop', 'host/web-1']), {
    ok: true,
    rule: 'role operator allows deploy on app/shop, host/web-1',
  });
  assert.deepEqual(authorise(config, 'sami', 'status', 'cloud'), {
    ok: true,
    rule: 'role member allows status on cloud',
  });
});

test('a refusal names the rule, the own roles and the people who can', () => {
  assert.deepEqual(authorise(config, 'sami', 'deploy', 'app/shop'), {
    ok: false,
    rule: 'deploy on app/shop is for role operator or admin (you: member, builder)',
    who: ['reem', 'root'],
  });
});

test('every scope must be allowed; the refusal names the one that is not', () => {
  assert.deepEqual(authorise(config, 'reem', 'deploy', ['app/shop', 'host/db-1']), {
    ok: false,
    rule: 'deploy on host/db-1 is in no role (you: operator)',
    who: [],
  });
});

test('a glob sees a command of two words with a dash', () => {
  assert.equal(authorise(config, 'sami', 'build base', 'cloud').ok, true);
  assert.equal(authorise(config, 'reem', 'build base', 'cloud').ok, false);
});

test('a glob that starts with ! takes away', () => {
  assert.equal(authorise(config, 'root', 'deploy', 'host/web-1').ok, true);
  assert.equal(authorise(config, 'root', 'reload', 'cloud').ok, false);
  assert.equal(authorise(config, 'root', 'deploy', 'host/db-1').ok, false);
});

test('no scope at all counts as the cloud, and is not a way around the rules', () => {
  assert.equal(authorise(config, 'sami', 'status', []).ok, true);
  assert.equal(authorise(config, 'reem', 'deploy', []).ok, false);
});

test('a star does not reach over a slash', () => {
  const narrow = {
    ...Config.parse({
      people: { reem: { roles: ['few'] } },
      roles: { few: { allow: [{ commands: ['deploy'], on: ['*'] }] } },
    }),
    folder: '/',
  };
  assert.equal(authorise(narrow, 'reem', 'deploy', 'cloud').ok, true);
  assert.equal(authorise(narrow, 'reem', 'deploy', 'app/shop').ok, false);
});

test('people, roles and commands with the names that every object has are nobody', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const verdict = authorise(config, name, 'status', 'cloud');
    assert.equal(verdict.ok, false);
    assert.match(verdict.rule, /\(you: no role\)/);
    assert.equal(mayEver(config, name, 'status'), false);
    assert.equal(authorise(config, 'reem', name, 'cloud').ok, false);
    assert.equal(personOf(config, name, name), undefined);
  }
});

test('help shows what a person may run on anything at all', () => {
  assert.equal(mayEver(config, 'reem', 'deploy'), true);
  assert.equal(mayEver(config, 'sami', 'build base'), true);
  assert.equal(mayEver(config, 'lina', 'deploy'), false);
  assert.equal(mayEver(config, 'nobody', 'help'), false);
});

test('a person is found by platform and user id, exactly', () => {
  assert.equal(personOf(config, 'telegram', '17'), 'reem');
  assert.equal(personOf(config, 'slack', 'U1'), 'sami');
  assert.equal(personOf(config, 'slack', 'u1'), undefined);
  assert.equal(personOf(config, 'slack', '17'), undefined);
});

test('the star is for the console alone, and only when nobody is named', () => {
  assert.equal(personOf(config, 'console', 'reem'), 'reem');
  assert.equal(personOf(config, 'console', 'somebody'), 'lina');
  assert.equal(personOf(config, 'telegram', '999'), undefined);
  assert.equal(personOf(config, 'telegram', '*'), undefined);
});

test('a schedule names a person, who has to be there still', () => {
  assert.equal(personOf(config, 'schedule', 'root'), 'root');
  assert.equal(personOf(config, 'schedule', '17'), undefined);
  assert.equal(personOf(config, 'schedule', 'constructor'), undefined);
});

test('a new configuration is asked anew', () => {
  const later = structuredClone(config);
  later.people.reem!.roles = [];
  assert.equal(authorise(config, 'reem', 'deploy', 'app/shop').ok, true);
  assert.equal(authorise(later, 'reem', 'deploy', 'app/shop').ok, false);
});
