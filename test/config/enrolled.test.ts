/** Hosts that were added in a chat, beside those of the files: named by them, hidden by them, and never what makes them wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Enrolled, EnrolledHost } from '../../src/config/enrolled.ts';
import { hostsOf } from '../../src/config/hosts.ts';
import { placeOfHost, readConfig } from '../../src/config/load.ts';
import { ConfigSource } from '../../src/config/watch.ts';
import { until } from '../until.ts';
import { folderOf } from './folder.ts';

const SHOP = 'apps: {shop: {repository: /srv/shop, hosts: [web-2, "label:docker"]}}\n';

const host = (trusted: boolean, entry: object = {}): EnrolledHost => ({
  entry: { link: 'icp', address: '192.0.2.2', labels: ['docker'], ...entry },
  ...{ trusted, by: { person: 'reem', platform: 'console', chat: 'console' } },
  ...{ added: '2026-01-01T00:00:00.000Z', until: 0, wrong: 0, seen: {}, next: {} },
});

const reading = async (folder: string, known?: Enrolled | 'unknown') => {
  const { config, problems, warnings } = await readConfig(folder, undefined, known);
  const texts = (found: typeof problems) => found.map(({ path, message }) => `${path}: ${message}`);
  return { config, problems: texts(problems), warnings: texts(warnings) };
};

test('a file may name a host of the chat by its name and labels, trusted or not', async (t) => {
  const folder = await folderOf(t, { 'a.yml': SHOP });
  assert.equal((await reading(folder)).problems.length, 2);
  for (const trusted of [true, false]) {
    const { config, problems, warnings } = await reading(folder, { 'web-2': host(trusted) });
    assert.deepEqual([problems, warnings], [[], []]);
    assert.deepEqual(Object.keys(config?.enrolled ?? {}), ['web-2']);
    // What waits is named, and nothing is done to it.
    assert.deepEqual(hostsOf(config as never, ['web-2', 'label:docker']), trusted ? ['web-2'] : []);
  }
});

test('where nobody can say which hosts there are, a name that is missing is a warning and says so', async (t) => {
  const folder = await folderOf(t, { 'a.yml': SHOP });
  const { config, problems, warnings } = await reading(folder, 'unknown');
  assert.deepEqual(problems, []);
  assert.ok(config);
  assert.deepEqual(warnings, [
    'apps.shop.hosts[0]: no host is called web-2, unless it was added in a chat: that is known only where Redis is',
    'apps.shop.hosts[1]: no host has the label docker, unless it was added in a chat: that is known only where Redis is',
  ]);
});

test('the entry of a file counts where both have one, and that is a warning', async (t) => {
  const folder = await folderOf(t, { 'a.yml': 'hosts:\n  web-2: {link: local}\n' });
  const { config, problems, warnings } = await reading(folder, { 'web-2': host(true) });
  assert.deepEqual(problems, []);
  assert.equal(config?.hosts['web-2']?.link, 'local');
  assert.equal(config?.enrolled, undefined);
  assert.match(warnings.join(), /^hosts\.web-2: web-2 was added in a chat, too: this entry counts/);
  assert.match((await placeOfHost(folder, 'web-2')) ?? '', /a\.yml:2:3$/);
  assert.equal(await placeOfHost(folder, 'web-3'), undefined);
});

test('what was added in a chat makes no file wrong: not its address, nor an entry that is not valid any more', async (t) => {
  const folder = await folderOf(t, {
    'a.yml': 'hosts: {web-1: {link: ssh, address: 192.0.2.2, port: 4226}}\n',
  });
  const known = { 'web-2': host(true, { port: 4226 }), 'web-3': host(true, { port: 'many' }) };
  const { config, problems } = await reading(folder, known);
  assert.deepEqual(problems, []);
  assert.deepEqual(Object.keys(config?.hosts ?? {}).sort(), ['web-1', 'web-2']);
});

test('hosts of the chat come and go while the files stay, also where these are bad by now', async (t) => {
  const folder = await folderOf(t, { 'a.yml': 'hosts: {web-1: {link: local}}\n' });
  let now: Enrolled = {};
  let version = 0;
  const source = await ConfigSource.open(folder, undefined, {
    all: async () => now,
    version: async () => `${version}`,
  });
  t.after(() => source.close());
  const names = () => Object.keys(source.current.hosts).sort();
  const become = (next: Enrolled) => {
    now = next;
    version += 1;
  };
  become({ 'web-2': host(false), 'web-3': host(true) });
  await source.refresh();
  assert.deepEqual(names(), ['web-1', 'web-3']);
  source.watch(
    () => {},
    () => {},
  );
  become({ 'web-2': host(true), 'web-3': host(true) });
  await until(() => names().includes('web-2'), 'the host that is trusted by now');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(`${folder}/a.yml`, 'hosts: {web-1: {link: carrier-pigeon}}\n');
  become({ 'web-3': host(true) });
  await source.refresh();
  assert.deepEqual(names(), ['web-1', 'web-3']);
  await assert.rejects(source.reload(), { code: 'config.invalid' });
  assert.deepEqual(names(), ['web-1', 'web-3']);
});
