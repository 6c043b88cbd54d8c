/** Images are brought to twenty simulated machines, and machines are booted one by one: over the real desk, HTTP server and runs. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assignments } from '../../src/jobs/machine/assignment.ts';
import { bootsOf } from '../../src/jobs/machine/boots.ts';
import { type BootCloud, openBootCloud } from '../boot-cloud.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';

const [V1, V2, V3, V4, V5] = [1, 2, 3, 4, 5].map((day) => `live@2026-11-2${day}.1` as const);
const MACHINES = 20;

describe('images on many machines', { skip: needs(['redis-server']) }, () => {
  let cloud: BootCloud;
  const state = () => cloud.house.house.state.state;
  const versions = () => [...new Set(cloud.fleet.up.values())];
  const allUp = (version: string) =>
    until(() => cloud.fleet.up.size === MACHINES && versions().join() === version, `all up with ${version}`);

  before(async () => {
    cloud = await openBootCloud(MACHINES, { deadlines: { root: '3s', up: '3s' } });
    await cloud.publish(V1!);
    await cloud.promote(V1!);
    await cloud.switchOn();
    await allUp(V1!);
  });
  after(() => cloud?.close());

  test('a good version reaches all of them, the canary first, then five, then the others', async () => {
    await cloud.publish(V2!);
    const run = await cloud.run(`/image rollout ${V2}`);
    const { events, end } = await cloud.ended(run);
    assert.equal(end.status, 'succeeded', JSON.stringify(end.error));
    await allUp(V2!);
    const order = cloud.fleet.begun.filter(({ version }) => version === V2).map(({ name }) => name);
    assert.equal(order[0], `node-${MACHINES}`);
    assert.equal(order.length, MACHINES);
    const [accepted] = events;
    assert.deepEqual(accepted?.type === 'accepted' && accepted.stages.map(({ name }) => name), [
      'canary',
      '+5',
      '+14',
    ]);
  });

  test('a version that was not tried reaches none of them', async () => {
    await cloud.publish(V5!, { gate: ['bios'] });
    const refused = await cloud.house.say(`/image rollout ${V5}`);
    assert.match(
      'text' in refused ? refused.text : '',
      /nobody has tried to boot live@2026-11-25\.1 with BIOS/i,
    );
  });

  test('a bad version reaches one of them, and that one is back on what it had', async () => {
    await cloud.publish(V3!, { bad: true });
    const run = await cloud.run(`/image rollout ${V3}`);
    const { end } = await cloud.ended(run);
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'boot.root.sha256');
    const reached = new Set(
      cloud.fleet.begun.filter(({ version }) => version === V3).map(({ name }) => name),
    );
    assert.deepEqual([...reached], [`node-${MACHINES}`]);
    await allUp(V2!);
    const told = Object.values(await assignments(state())).map(({ version }) => version);
    assert.deepEqual([...new Set(told)], [V2]);
  });

  test('a version whose machine falls silent is taken back, too', async () => {
    await cloud.publish(V4!);
    cloud.fleet.behaviour.set(V4!, 'hangs in root');
    const run = await cloud.run(`/image rollout ${V4} --to node-1,node-2 --waves 1,1`);
    const { end } = await cloud.ended(run);
    assert.equal(end.error?.code, 'boot.root.unopened');
    assert.ok(!cloud.fleet.begun.some(({ name, version }) => name === 'node-2' && version === V4));
    await allUp(V2!);
  });

  test('one machine is booted stage by stage, for this one time', async () => {
    const run = await cloud.run(`/machine boot node-3 --image ${V1} --once`);
    const { events, end } = await cloud.ended(run);
    assert.equal(end.status, 'succeeded', JSON.stringify(end.error));
    const [accepted] = events;
    const stages = accepted?.type === 'accepted' ? accepted.stages.map(({ name }) => name) : [];
    assert.deepEqual(stages, 'power dhcp loader script kernel initrd root configured up'.split(' '));
    assert.equal(cloud.fleet.up.get('node-3'), V1);
    const again = await cloud.run('/machine boot node-3');
    assert.equal((await cloud.ended(again)).end.status, 'succeeded');
    assert.equal(cloud.fleet.up.get('node-3'), V2);
  });

  test('a machine that fails says why, and is told again what it was told before', async () => {
    cloud.fleet.behaviour.set(V4!, 'service fails');
    const run = await cloud.run(`/machine boot node-4 --image ${V4}`);
    const { end } = await cloud.ended(run);
    assert.equal(end.error?.code, 'boot.up.service');
    assert.match(end.summary, /nginx\.service/);
    assert.equal((await assignments(state()))['node-4']?.version, V2);
    const why = await cloud.house.say('/machine why node-4');
    assert.match(why.kind === 'reply' ? why.text : '', /✕ node-4 did not come up with live@2026-11-24\.1/);
    // Whoever switches it off and on has it back.
    assert.equal((await cloud.ended(await cloud.run('/machine boot node-4'))).end.status, 'succeeded');
  });

  test('a cancelled boot ends at once, and nothing waits for it any more', async () => {
    cloud.fleet.behaviour.set(V4!, 'hangs in root');
    const run = await cloud.run(`/machine boot node-5 --image ${V4}`);
    await until(async () => (await bootsOf(state(), 'node-5'))[0]?.version === V4);
    await cloud.house.say(`/cancel ${run}`);
    const { end } = await cloud.ended(run);
    assert.equal(end.status, 'cancelled');
    await until(async () => {
      const [last] = await bootsOf(state(), 'node-5');
      return last?.version === V4 && (!last?.wanted || last?.outcome === 'failed');
    });
    assert.equal((await assignments(state()))['node-5']?.version, V2);
  });

  test('what somebody would get is said with its reasons, and changes nothing', async () => {
    const before = await bootsOf(state(), 'node-6');
    const told = await cloud.house.say('/boot plan 52-54-00-00-00-06');
    assert.match(
      told.kind === 'reply' ? told.text : '',
      /would get live@2026-11-22\.1, because\n· it is node-6, by its MAC/,
    );
    assert.deepEqual(await bootsOf(state(), 'node-6'), before);
  });
});
