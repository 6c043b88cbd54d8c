/** The sample configuration is documentation that cannot lie: it loads, and says what its comments say. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostsOf } from '../../src/config/hosts.ts';
import { readConfig } from '../../src/config/load.ts';
import { Machine } from '../../src/config/machines.ts';
import { machineFiles } from '../../src/hubs/config/places.ts';
import { Scene } from '../../src/hubs/config/scene.ts';
import { readTexts, treeOf } from '../../src/hubs/config/tree.ts';
import { NO_VALUES } from '../../src/hubs/config/values.ts';
import { APP_NEEDS, NEED } from '../../src/jobs/host/needs.ts';

const folder = join(import.meta.dirname, '../../config');

test('the sample configuration has no problems and no warnings', async () => {
  const { config, problems, warnings } = await readConfig(folder);
  assert.deepEqual(problems, []);
  assert.deepEqual(warnings, []);
  assert.ok(config);
  assert.deepEqual(config.people.admin, { identities: { console: '*' }, roles: ['admin'] });
  assert.deepEqual(config.roles.admin, { allow: [{ commands: ['*'], on: ['*', '*/*'] }] });
  assert.deepEqual(config.schedules['nightly-base'], {
    at: '0 2 * * *',
    zone: 'UTC',
    line: '/build base',
    as: 'admin',
    missed: 'run-once',
  });
});

test('the sample app runs on the local host and comes from the example repository', async () => {
  const { config } = await readConfig(folder);
  assert.ok(config);
  assert.deepEqual(hostsOf(config, config.apps.hello!.hosts), ['local']);
  assert.deepEqual(hostsOf(config, ['label:docker', 'local', 'nobody']), ['local']);
  assert.equal(join(folder, config.apps.hello!.repository), join(folder, '../var/examples/hello'));
});

test('the sample image for containers has what a host of apps needs, and a place for what Docker keeps', async () => {
  const { config } = await readConfig(folder);
  const { packages, files, services } = config!.images['docker-host']!;
  for (const need of APP_NEEDS) {
    const choices = NEED[need].packages;
    const met = choices.some((choice) => choice.every((name) => packages.includes(name)));
    assert.ok(choices.length === 0 || met, need);
  }
  const unit = 'var-lib-docker.mount';
  assert.ok(files.some(({ path }) => path === `/etc/systemd/system/${unit}`));
  assert.deepEqual(services.enable, [unit]);
});

test('a machine of the sample HashiOS is given files that its programs read, after those of their packages', async () => {
  const { config } = await readConfig(folder);
  const machines = { 'node-1': Machine.parse({ profile: 'hashios' }) };
  const cloud = { ...config!, machines };
  const { texts, problems } = await readTexts(folder);
  const scene = new Scene({ tree: treeOf(texts, problems), config: cloud, values: NO_VALUES });
  const made = Object.fromEntries(
    machineFiles(cloud).map((placed) => [placed.settings.path, scene.masked(placed)]),
  );
  const consul = JSON.parse(made['/etc/consul.d/muster.json']!);
  assert.deepEqual([consul.node_name, consul.bootstrap_expect, consul.retry_join.length], ['node-1', 3, 1]);
  assert.match(made['/etc/vault.d/vault.hcl']!, /^ {2}path {4}= "vault\/"$/m);
  // Nomad reads a folder in the order of names, and what comes later counts: in its package's each server is a cluster of its own.
  const path = Object.keys(made).find((one) => one.startsWith('/etc/nomad.d/'))!;
  assert.ok(path > '/etc/nomad.d/nomad.hcl' && path.endsWith('.json'), path);
  assert.equal(JSON.parse(made[path]!).server.bootstrap_expect, 3);
});

test('the image that shows what is in machines that nobody knows is one of the sample', async () => {
  const { config } = await readConfig(folder);
  const { discovery, gate } = config!.images.discovery!;
  assert.deepEqual([discovery, gate], [true, ['bios', 'uefi']]);
});
