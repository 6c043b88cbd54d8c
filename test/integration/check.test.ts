/** A configuration that is broken: every problem at once, with its place, and nothing is done with it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openMuster, type TestMuster } from './muster.ts';

const PEOPLE = [
  'people:',
  '  reem: {identities: {console: "*"}, roles: [operatr]}',
  '  sam: {identities: {console: "*"}, roles: [operator]}',
  'roles:',
  '  operator: {allow: [{commands: ["*"]}]}',
];
const APPS = [
  'hosts:',
  '  web-1: {link: ssh, adress: 192.0.2.10}',
  '  web-2: {link: local, root: relative}',
  'apps:',
  '  shop: {repository: "--upload-pack=x", hosts: [web-9]}',
  '  shop: {repository: ../shop, hosts: [web-2]}',
  'schedules:',
  '  nightly: {at: "61 2 * * *", line: /deploy shop, as: nobody}',
];
/** Where each problem is, and what it says. */
const PROBLEMS: [place: string, says: RegExp][] = [
  ['apps.yml:2', /address/],
  ['apps.yml:3', /root.*absolute path/],
  ['apps.yml:5', /repository.*not starting with -/],
  ['apps.yml:5', /no host is called web-9/],
  ['apps.yml:6', /shop/],
  ['apps.yml:8', /nightly\.at/],
  ['apps.yml:8', /nobody/],
  ['people.yml:2', /operatr/],
  ['people.yml:3', /console/],
  ['torn.yml:1', /./],
];

describe('a broken configuration', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await openMuster({
      'people.yml': `${PEOPLE.join('\n')}\n`,
      'apps.yml': `${APPS.join('\n')}\n`,
      'torn.yml': 'roles: [\n',
    });
  });
  after(() => muster?.stop());

  const lists = (text: string) => {
    for (const [place, says] of PROBLEMS) {
      const lines = text.split('\n').filter((line) => line.includes(`/config/${place}:`));
      assert.ok(
        lines.some((line) => says.test(line)),
        `${place} ${says} in\n${text}`,
      );
    }
    assert.doesNotMatch(text, /\.ts:\d+|\.js:\d+|node_modules|ZodError/);
  };

  test('is reported by muster check as a whole, each problem with its file and line, exit 1', async () => {
    const { exit, stdout, stderr } = await muster.run('check');
    assert.equal(exit, 1);
    lists(stdout);
    assert.equal(stderr, '');
    assert.match(stdout, /\n\d+ problems in .*\/config\. Mend them, then run muster check again\.\n$/);
  });

  for (const words of [['say', '/deploy shop'], ['start'], ['worker', '--host', 'web-2'], ['doctor']]) {
    test(`is reported the same way by muster ${words[0]}, which then does nothing, exit 1`, async () => {
      const { exit, stdout, stderr } = await muster.run(...words);
      assert.equal(exit, 1);
      lists(stderr);
      assert.match(stderr, /^muster: the configuration has \d+ problems:\n/);
      assert.equal(stdout, '');
      assert.equal(existsSync(join(muster.folder, 'var/redis')), false);
    });
  }

  test('is mended one step at a time: what is left is said, then that it is valid', async () => {
    const valid = [
      'people: {reem: {identities: {console: "*"}, roles: [all]}}',
      'hosts: {web-1: {link: local}}',
    ];
    await muster.configure({ 'muster.yml': valid.join('\n') });
    const left = await muster.run('check');
    assert.equal(left.exit, 1);
    assert.match(left.stdout, /muster\.yml:1:\d+ people\.reem\.roles\[0\]: .*\n1 problem in/);
    await muster.configure({
      'muster.yml': [...valid, 'roles: {all: {allow: [{commands: ["*"]}]}}'].join('\n'),
    });
    const mended = await muster.run('check');
    assert.equal(mended.exit, 0);
    assert.equal(
      mended.stdout,
      '● The configuration is valid: 1 person, 1 role, 1 host, 0 apps, 0 schedules.\n',
    );
  });

  test('that is not there at all is said so, with what to do', async () => {
    await muster.configure({});
    const empty = await muster.run('check');
    assert.equal(empty.exit, 1);
    assert.match(empty.stdout, /\/config: the folder has no \*\.yml file; the sample in config/);
  });
});
