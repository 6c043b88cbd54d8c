import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host } from '../../../src/config/config.ts';
import type { Gathered } from '../../../src/jobs/keys/gather.ts';
import { leftOver, targetsOn } from '../../../src/jobs/keys/targets.ts';
import { planHash } from '../../../src/jobs/plan.ts';
import { keysPlan, keysStages } from '../../../src/jobs/plans/keys.ts';
import { preparePlan } from '../../../src/jobs/plans/prepare.ts';
import { newKey } from '../../keys.ts';

const host = (...labels: string[]) => Host.parse({ link: 'local', labels });
const config = {
  hosts: { 'web-1': host('node'), 'web-2': host('node'), db: host() },
  logins: {
    nodes: { hosts: ['label:node'], user: 'root', groups: ['builders'] },
    more: { hosts: ['web-1', 'db'], user: 'root', groups: ['ops', 'builders'] },
    app: { hosts: ['web-1'], user: 'app', groups: ['ops'] },
  },
};
const all = Object.keys(config.hosts);
const line = newKey();
const [type = '', data = ''] = line.split(' ');
const key = { type, data, person: 'reem@x' };
const gathered: Gathered = {
  groups: new Map([
    ['builders', { keys: [{ key, from: ['builders a'], held: [] }], sources: ['builders a', 'builders b'] }],
    ['ops', { keys: [{ key, from: ['ops c'], held: ['ops c'] }], sources: ['ops c'] }],
  ]),
  remarks: [{ kind: 'many', group: 'ops', count: 1, of: 1 }],
};

test('a user of a host is one target, with the groups of every login', () => {
  assert.deepEqual(targetsOn(config, all), [
    { host: 'web-1', user: 'root', groups: ['builders', 'ops'] },
    { host: 'web-2', user: 'root', groups: ['builders'] },
    { host: 'db', user: 'root', groups: ['ops', 'builders'] },
    { host: 'web-1', user: 'app', groups: ['ops'] },
  ]);
  assert.deepEqual(targetsOn(config, ['web-2']), [{ host: 'web-2', user: 'root', groups: ['builders'] }]);
});

test('a block that no login asks for any more is left over, as long as its host is there', () => {
  const block = (on: string, user: string) => ({ host: on, user, groups: ['ops'], count: 1, at: '' });
  const written = [block('web-1', 'root'), block('web-1', 'old'), block('gone', 'root')];
  assert.deepEqual(leftOver(targetsOn(config, all), written, all), [
    { host: 'web-1', user: 'old', groups: [] },
  ]);
});

test('a sync writes to all hosts at once, locked, and is planned anew rather than retried', () => {
  const plan = keysPlan({ targets: targetsOn(config, all), gathered, line: '/keys sync' });
  assert.deepEqual(plan.locks, ['keys', 'host/web-1', 'host/web-2', 'host/db']);
  assert.deepEqual(
    plan.stages.map(({ steps }) => steps.map(({ step, host: on }) => `${step} ${on}`)),
    [['keys.sync web-1', 'keys.sync web-2', 'keys.sync db', 'keys.sync web-1']],
  );
  assert.deepEqual([plan.next, plan.again], ['/keys sync --yes', '/keys sync']);
  const steps = plan.stages[0]?.steps ?? [];
  assert.deepEqual(
    steps[0]?.input.keys,
    [{ key, from: ['builders a', 'ops c'], held: ['ops c'] }],
    'who gave it, and where it is only held',
  );
  assert.deepEqual(steps[3]?.input.keys, [{ key, from: ['ops c'], held: ['ops c'] }]);
  assert.deepEqual(steps[0]?.input.sources, ['builders a', 'builders b', 'ops c']);
  assert.deepEqual(
    steps.map(({ input }) => (input.remarks as unknown[]).length),
    [1, 0, 0, 0],
    'it is said once',
  );
});

test('people approve the keys themselves: other keys are another plan', () => {
  const of = (other: string) => {
    const groups = new Map([
      [
        'builders',
        {
          keys: [{ key: { ...key, data: other.split(' ')[1] as string }, from: ['builders a'], held: [] }],
          sources: ['builders a'],
        },
      ],
    ]);
    const targets = targetsOn(config, ['web-2']);
    return planHash(keysPlan({ targets, gathered: { groups, remarks: [] }, line: '/keys sync' }));
  };
  assert.equal(of(line), of(line));
  assert.notEqual(of(line), of(newKey()));
});

test('a host that is prepared lets its groups in at the end, and takes that back with the rest', () => {
  const keys = keysStages(targetsOn(config, ['web-2']), gathered);
  const plan = preparePlan({ host: 'web-2', needs: ['git'], keys });
  assert.deepEqual(
    plan.stages.map(({ name, steps }) => [name, steps.map(({ step }) => step)]),
    [
      ['inspect', ['host.inspect']],
      ['install', ['host.install']],
      ['check', ['host.check']],
      ['keys', ['keys.authorise']],
    ],
  );
  assert.equal(plan.again, '/prepare web-2');
  assert.deepEqual(keysStages([], gathered), []);
  assert.equal(preparePlan({ host: 'web-2', needs: ['git'] }).again, undefined);
});
