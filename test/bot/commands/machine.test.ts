/** Machines in the chat: added, adopted, set, explained. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Machine } from '../../../src/config/machines.ts';
import { assign, assignmentOf } from '../../../src/jobs/machine/assignment.ts';
import { switchedBy, withSettings } from '../../../src/jobs/machine/setting.ts';
import { inWaves } from '../../../src/jobs/plans/machine.ts';
import { startHouse, type TestHouse } from '../../house.ts';
import { needs } from '../../needs.ts';

const MAC = '52:54:00:12:34:56';
const CONFIG = JSON.stringify({
  people: { reem: { identities: { test: '7' }, roles: ['admin'] }, kim: { identities: { test: '8' } } },
  roles: { admin: { allow: [{ commands: ['*'] }] } },
  hosts: { local: { link: 'local' } },
  boot: { host: 'local' },
  images: { live: {} },
  profiles: { worker: { image: 'live' }, bare: {} },
  machines: { filed: { mac: ['52:54:00:ff:ff:ff'], profile: 'worker', labels: ['canary'] } },
});

describe('machines in the chat', { skip: needs(['redis-server']) }, () => {
  let house: TestHouse;
  const state = () => house.house.state.state;
  const say = async (line: string, user = '7', id?: string) => {
    const outcome = await house.say(line, user, id);
    return 'text' in outcome ? outcome.text : outcome.kind;
  };
  before(async () => {
    house = await startHouse(CONFIG);
  });
  after(() => house?.stop());

  test('one is added with an address of its own, shown, set and removed', async () => {
    assert.match(
      await say(`/machine add node-7 --mac ${MAC} --profile worker --label rack-2`),
      /● node-7 was added/,
    );
    assert.match(await say('/machine list'), /○ node-7 · never booted · worker · rack-2/i);
    assert.match(await say('/machine list label:rack-2'), /^○ node-7/i);
    assert.match(await say('/machine show 52-54-00-12-34-56'), /node-7 · added in a chat · worker/i);
    assert.match(await say('/machine set node-7 labels=canary,rack-3 kernel=quiet'), /● node-7/i);
    assert.match(await say('/machine list'), /canary, rack-3/i);
    assert.match(await say('/machine set node-7 power=wake'), /● node-7/i);
    assert.match(await say('/machine show node-7'), /power: wake/i);
    assert.match(await say('/machine set node-7 power=libvirt:nowhere'), /nowhere/i);
    assert.match(await say('/machine set node-7 power=ipmi:10.0.0.5'), /stands in the configuration/i);
    assert.match(await say('/machine show node-7'), /power: wake/i);
    assert.match(await say('/machine remove node-7'), /● node-7 was removed/i);
    assert.match(await say('/machine show node-7'), /no machine node-7/i);
  });

  test('a line that is delivered twice adds once, and does not fail', async () => {
    const line = '/machine add twice-1 --mac 52:54:00:00:00:21';
    assert.match(await say(line, '7', 'd-1'), /was added/i);
    assert.match(await say(line, '7', 'd-1'), /was added|ignored/i);
    assert.match(await say(line), /was added/i);
    assert.match(await say('/machine add twice-1 --mac 52:54:00:00:00:22'), /is a machine twice-1 already/i);
  });

  test('bad input is refused with what is wrong, and changes nothing', async () => {
    const before = await say('/machine list');
    assert.match(await say('/machine add x --mac 52:54'), /MAC address looks like/i);
    assert.match(await say('/machine add x'), /--mac, --uuid or --serial/i);
    assert.match(await say('/machine add x --mac 52:54:00:00:00:31 --profile wroker'), /worker/i);
    assert.match(await say('/machine add x --mac 52:54:00:FF:FF:FF'), /is filed's already/i);
    assert.match(await say('/machine add filed --mac 52:54:00:00:00:31'), /stands in a file/i);
    assert.match(await say('/machine add -x --mac 52:54:00:00:00:31'), /./i);
    assert.match(await say('/machine set filed profile=bare'), /stands in a file/i);
    assert.match(await say('/machine remove filed'), /stands in a file/i);
    assert.match(await say('/machine list label:none'), /no machine carries the label none/i);
    assert.equal(await say('/machine list'), before);
    assert.match(await say(`/machine add y --mac ${MAC}`, '8'), /may not/i);
  });

  test('no version, profile or setting is taken that there is not, and what there is is told', async () => {
    assert.match(
      await say('/machine add novel --mac 52:54:00:00:00:51 --image live@2026-11-21.1'),
      /no version/i,
    );
    assert.match(
      await say('/machine add novel --mac 52:54:00:00:00:51 --profile none'),
      /: bare, worker|: worker, bare/,
    );
    assert.match(await say('/machine add novel --mac 52:54:00:00:00:51 --image live'), /novel was added/);
    assert.match(await say('/machine set novel image=live@2026-11-21.1'), /there is no version/i);
    const bad = await say('/machine set novel address=999.1');
    assert.match(bad, /^address=999\.1 cannot be set: an IPv4 address with .* like 10\.77\.0\.7\/24/i);
    assert.match(await say('/machine set novel colour=red'), /^colour=red .*labels, mac/i);
    assert.match(await say('/machine show novel'), /Next: \/build image live --promote$/);
    assert.match(await say('/boot plan novel'), /Next: \/build image live --promote$/);
    assert.match(await say('/image list'), /Next: \/build image live$/);
    await say('/machine remove novel');
  });

  test('a stranger is adopted by the address by which it asked, once', async () => {
    const mac = '52:54:00:00:00:41';
    assert.match(await say(`/machine adopt ${mac}`), /nobody with the address/i);
    const stranger = { mac, firmware: 'bios', address: '10.0.0.9', first: 1, last: Date.now() };
    await state().set('strangers', mac, stranger);
    assert.match(await say('/machine list'), /\? 52:54:00:00:00:41 · bios/i);
    assert.match(
      await say('/machine adopt 52-54-00-00-00-41 --name guest --profile worker'),
      /● guest was added/,
    );
    assert.match(
      await say('/machine adopt 52-54-00-00-00-41 --name guest --profile worker'),
      /● guest was added/,
    );
    assert.match(await say('/machine adopt 52-54-00-00-00-41 --name other'), /is guest's already/i);
  });

  test('a machine of a file can be assigned a version, and follows its file again', async () => {
    assert.match(await say('/machine set filed image=live@2026-11-21.1'), /there is no version/i);
    await assign(state(), 'filed', { version: 'live@2026-11-21.1', since: 1, run: 'r-1' });
    assert.match(await say('/machine set filed image=live'), /what its configuration says again/i);
    assert.equal(await assignmentOf(state(), 'filed'), undefined);
  });

  test('what somebody would get is told with its reasons', async () => {
    const told = await say('/boot plan filed');
    assert.match(
      told,
      /^filed would have to wait and ask again after 30 s, because\n· its profile is worker/,
    );
    assert.match(told, /no version of live is promoted/);
    assert.match(
      await say('/boot plan 02:00:00:00:00:09'),
      /would start its own disk, because\n· nobody knows/,
    );
    assert.match(await say('/machine boot filed'), /^no version of live is promoted\n.*\/build image live/i);
    assert.match(await say('/image rollout lvie'), /no image called lvie \(did you mean live\?\)/i);
    assert.match(await say('/machine boot filed --image lvie'), /no image called lvie/i);
    assert.match(await say('/machine why filed'), /has not booted from here yet/i);
    assert.match(await say('/image rollout live'), /no version of live is promoted/i);
  });
});

test('waves are numbers of machines, and what they leave over is one more', () => {
  const machines = Array.from({ length: 20 }, (_, index) => index);
  const sizes = (waves: string[]) => inWaves(machines, waves).map(({ length }) => length);
  assert.deepEqual(sizes(['1', '5', 'all']), [1, 5, 14]);
  assert.deepEqual(sizes(['1']), [1, 19]);
  assert.deepEqual(sizes(['50']), [20]);
  for (const bad of ['0', '-1', 'x', '1.5', '', 'NaN', 'Infinity'])
    assert.throws(() => inWaves(machines, [bad]), { code: 'rollout.waves' }, bad);
});

test('settings are read as they are typed, and what is none is refused', () => {
  const machine = Machine.parse({ mac: [MAC], image: 'live' });
  assert.deepEqual(withSettings(machine, ['labels=a', 'b', 'mac=52-54-00-12-34-57']).labels, ['a', 'b']);
  assert.equal(withSettings(machine, ['image=']).image, undefined);
  assert.deepEqual(withSettings(machine, ['power=wake']).power, {
    kind: 'wake',
    broadcast: '255.255.255.255',
  });
  assert.deepEqual(withSettings(machine, ['power=libvirt:web-1']).power, { kind: 'libvirt', on: 'web-1' });
  // Whoever may change a machine may not for that switch what another host runs.
  assert.deepEqual(switchedBy(['labels=a', 'power=libvirt:web-1', 'power=wake']), ['web-1']);
  assert.equal(
    withSettings({ ...machine, power: { kind: 'wake', broadcast: '' } }, ['power=']).power,
    undefined,
  );
  const passwords = ['power=ipmi:10.0.0.5', 'power=libvirt:', 'power=libvirt:-x', 'power=command:/bin/sh'];
  const others = ['power=x', 'image', '__proto__=x', 'labels=-x', 'kernel=a"b', 'mac=1', 'constructor=x'];
  for (const bad of [...passwords, ...others])
    assert.throws(() => withSettings(machine, [bad]), { code: 'machine.setting' }, bad);
});
