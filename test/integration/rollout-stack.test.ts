/** Machines that are there for an app: an image with which it does not start reaches one of them, though each comes up with it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type BootCloud, openBootCloud } from '../boot-cloud.ts';
import { needs } from '../needs.ts';
import { TestRepository } from '../repository.ts';
import { until } from '../until.ts';

const [V1, V2] = ['live@2026-11-21.1', 'live@2026-11-22.1'] as const;
const NAMES = ['node-1', 'node-2', 'node-3'];

describe('images on machines with a stack', { skip: needs(['redis-server', 'git']) }, () => {
  let folder: string;
  let cloud: BootCloud;
  const state = () => cloud.house.house.state.state;
  const stack = async (machine: string) =>
    (await state().get('machines.stacks', machine)) as { token: string; outcome?: string } | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-rollout-'));
    const shop = new TestRepository(join(folder, 'shop'));
    // Without a compose file nothing of it starts.
    shop.commit('main', { page: 'one' });
    const host = { link: 'local', root: join(folder, 'host') };
    cloud = await openBootCloud(
      NAMES.length,
      { stack: 'shop' },
      {
        hosts: Object.fromEntries(NAMES.map((name) => [name, host])),
        apps: { shop: { repository: shop.folder, hosts: NAMES } },
        as: 'reem',
      },
    );
    await cloud.publish(V1);
    await cloud.promote(V1);
    await cloud.switchOn();
    await until(() => cloud.fleet.up.size === NAMES.length, 'all of them are up');
  });
  after(async () => {
    await cloud?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('a version with which the app does not start halts at the canary, which goes back', async () => {
    await cloud.publish(V2);
    const { events, end } = await cloud.ended(await cloud.run(`/image rollout ${V2}`));
    const [accepted] = events;
    assert.deepEqual(accepted?.type === 'accepted' && accepted.stages.map(({ name }) => name), [
      ...['canary', 'stack', 'healthy'],
      ...['+2', 'stack', 'healthy'],
    ]);
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'machine.stack', JSON.stringify(end.error));
    await until(() => cloud.fleet.up.size === NAMES.length, 'all of them are up again');
    assert.deepEqual(
      NAMES.map((name) => cloud.fleet.up.get(name)),
      [V1, V1, V1],
    );
    assert.deepEqual(
      [...new Set(cloud.fleet.begun.filter(({ version }) => version === V2).map(({ name }) => name))],
      ['node-3'],
    );
  });

  test('a boot whose app does not start fails with that, and the app is begun once', async () => {
    const run = await cloud.run('/machine boot node-1');
    const { end } = await cloud.ended(run);
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'machine.stack', JSON.stringify(end.error));
    assert.match(end.summary, /node-1 is up, but shop did not start there/);
    assert.equal((await stack('node-1'))?.outcome, 'ill');
    const deploys = (await cloud.house.house.state.runs.latest(100)).filter(({ text }) =>
      text.endsWith('--to node-1'),
    );
    assert.equal(deploys.length, 2, 'one for each of its boots');
  });
});
