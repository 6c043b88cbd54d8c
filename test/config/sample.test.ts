/** The sample configuration is documentation that cannot lie: it loads, and says what its comments say. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { hostsOf } from '../../src/config/hosts.ts';
import { readConfig } from '../../src/config/load.ts';
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
