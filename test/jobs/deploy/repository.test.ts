import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App } from '../../../src/config/config.ts';
import { loginTo, repositoryOf } from '../../../src/jobs/deploy/repository.ts';
import { deployPlan } from '../../../src/jobs/plans/deploy.ts';

const at = (repository: string) => repositoryOf({ repository }, '/etc/muster/config');

describe('where a repository is', () => {
  it('starts at the configuration where it is a relative path', () => {
    assert.deepEqual(at('apps/shop'), { repository: '/etc/muster/config/apps/shop' });
    assert.deepEqual(at('/srv/git/shop.git'), { repository: '/srv/git/shop.git' });
  });

  it('is left alone where it is an address', () => {
    for (const repository of [
      'https://example.com/shop.git',
      'git@example.com:team/shop',
      'ssh://git@h/x',
      'file:///x',
    ])
      assert.deepEqual(at(repository), { repository });
  });

  it('is known apart from the login to it', () => {
    assert.deepEqual(at('https://bot:s3cr%40t@example.com/shop.git'), {
      repository: 'https://example.com/shop.git',
      login: 'bot:s3cr%40t',
    });
    assert.equal(at('http://token@example.com/shop').login, 'token');
  });
});

describe('the login to a repository', () => {
  const settings = App.parse({ repository: 'https://bot:opensesame@example.com/shop.git', hosts: ['web-1'] });

  it('is in no plan', () => {
    const plan = deployPlan({
      app: 'shop',
      settings,
      folder: '/etc/muster/config',
      ref: 'main',
      commit: 'a'.repeat(40),
      hosts: ['web-1'],
    });
    assert.match(JSON.stringify(plan), /https:\/\/example\.com\/shop\.git/);
    assert.doesNotMatch(JSON.stringify(plan), /opensesame/);
  });

  it('is found when a step needs it, and given to no other address', () => {
    assert.equal(loginTo({ shop: settings }, 'https://example.com/shop.git'), 'bot:opensesame');
    assert.equal(loginTo({ shop: settings }, 'https://elsewhere.example.com/shop.git'), undefined);
  });
});
