/** Machines are switched by runs: real runs over real Redis, with ipmitool on a controller that is simulated. */
import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { Config } from '../../../src/config/config.ts';
import { Machine } from '../../../src/config/machines.ts';
import type { RunEvent } from '../../../src/events.ts';
import { stepNamed } from '../../../src/jobs/catalog.ts';
import { powerPlan } from '../../../src/jobs/plans/vm.ts';
import { switchOf } from '../../../src/jobs/power-switch.ts';
import { Secret } from '../../../src/secret.ts';
import { type FakeIpmi, startIpmi } from '../../fakes/ipmi.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { alone } from '../beside.ts';
import { type Hall, openHall } from '../hall.ts';

const config = {
  ...Config.parse({ hosts: { genesis: { link: 'local' } }, boot: { host: 'genesis' } }),
  folder: '/nowhere',
};

describe('where a machine is switched from', () => {
  const wake = Machine.parse({ mac: ['52:54:00:12:34:56'], power: { kind: 'wake' } });

  it('is the host of the boot server, or the one whose libvirt it is', () => {
    assert.equal(switchOf('node-7', wake, config).host, 'genesis');
    const virtual = Machine.parse({ power: { kind: 'libvirt', on: 'big-1' } });
    assert.equal(switchOf('node-7', virtual, config).host, 'big-1');
  });

  it('is nowhere where nobody says', () => {
    assert.throws(() => switchOf('node-7', Machine.parse({}), config), { code: 'power.none' });
    assert.throws(() => switchOf('node-7', wake, Config.parse({})), { code: 'power.nowhere' });
  });

  it('is the interface on which machines ask, where nobody says to whom a packet goes', () => {
    const dhcp = { mode: 'proxy', network: '10.0.0.0/24' };
    const { boot } = Config.parse({
      hosts: {},
      boot: { host: 'genesis', interface: 'eth1', address: '10.0.0.1', dhcp },
    });
    assert.equal(switchOf('node-7', wake, { boot }).by.interface, 'eth1');
    assert.equal(switchOf('node-7', wake, config).by.interface, undefined);
  });
});

describe('runs that switch machines', { skip: needs(['redis-server', 'ipmitool', 'ipmi_sim']) }, () => {
  const shell = localShell({ host: 'genesis' });
  let fake: FakeIpmi;
  let server: TestRedis;
  let hall: Hall;
  let password: string;

  before(async () => {
    [fake, server] = await Promise.all([startIpmi(), startRedis()]);
    password = fake.password;
    const secret = async (text: string, path: string) => {
      assert.deepEqual([text, path], ['env:IPMI', 'machines.node-7.power.password']);
      return new Secret(password);
    };
    hall = openHall(server, stepNamed, () => shell, {
      tools: { power: { pause: '20ms' } },
      beside: { ...alone, config, secret },
    });
  });
  after(async () => {
    await hall?.close();
    await server?.stop();
    await fake?.stop();
    await shell.close();
  });

  const run = async (deed: Parameters<typeof powerPlan>[1]) => {
    const { port, user } = fake;
    const power = { kind: 'ipmi', address: '127.0.0.1', port, user, password: 'env:IPMI', cipherSuite: 3 };
    const plan = powerPlan({ name: 'node-7', machine: Machine.parse({ power }) }, deed, config);
    const id = await hall.submit(plan.stages, { locks: plan.locks });
    const ended: Extract<RunEvent, { type: 'ended' }> = await hall.ended(id);
    const history = await hall.runs.history(id);
    return { ...ended, notes: history.flatMap((event) => (event.type === 'note' ? [event.text] : [])) };
  };

  test('switch them on and off, and say whether they are on', async () => {
    assert.equal((await run('network')).status, 'succeeded');
    const on = await run('on');
    assert.equal(on.status, 'succeeded', on.summary);
    assert.notEqual(await fake.pid(), undefined);
    assert.deepEqual((await run('status')).notes, ['● node-7 is on']);
    assert.equal((await run('soft')).status, 'succeeded');
    assert.deepEqual((await run('status')).notes, ['○ node-7 is off']);
    assert.deepEqual(await fake.asked(), ['set boot pxe', 'set power 1', 'set shutdown 1']);
  });

  test('say why where they could not, and what to do', async () => {
    password = 'changed';
    const refused = await run('on');
    password = fake.password;
    assert.equal(refused.error?.code, 'power.credentials');
    assert.equal(await fake.pid(), undefined);
  });

  test('leave the password nowhere', async () => {
    const redis = server.connect();
    const keys = await redis.keys('*');
    assert.ok(keys.length > 5);
    const read: Record<string, (key: string) => Promise<unknown>> = {
      hash: (key) => redis.hgetall(key),
      stream: (key) => redis.xrange(key, '-', '+'),
      string: (key) => redis.get(key),
      list: (key) => redis.lrange(key, 0, -1),
    };
    for (const key of keys) {
      const text = JSON.stringify(await read[await redis.type(key)]?.(key));
      assert.ok(!text?.includes(fake.password), key);
    }
    redis.disconnect();
  });
});
