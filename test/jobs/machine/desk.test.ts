/** The desk of the boot server: what machines get, what becomes of their boots, and who is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BootToken, type Decision } from '../../../src/boot.ts';
import { MusterError } from '../../../src/errors.ts';
import { assign, want } from '../../../src/jobs/machine/assignment.ts';
import { bootsOf } from '../../../src/jobs/machine/boots.ts';
import { adoptedIn, strangersIn } from '../../../src/jobs/machine/strangers.ts';
import { asking, config, MAC, openDesk, V1, V2 } from './known.ts';

const news = (stage: 'root' | 'configured' | 'up', more: object = {}) =>
  ({ stage, outcome: 'reached', cause: '', detail: '', ...more }) as const;
const failure = { outcome: 'failed', cause: 'sha256', detail: 'got 9f want 51' } as const;
const tokenOf = (decision: Decision): string => {
  assert.ok('token' in decision, JSON.stringify(decision));
  return decision.token;
};
const versionOf = (decision: Decision) =>
  'bootable' in decision ? decision.bootable.version : decision.kind;

test('a boot has a token of its own, and one is made for each boot', async () => {
  const { desk } = await openDesk();
  const first = tokenOf(await desk.decide(asking()));
  assert.ok(BootToken.safeParse(first).success);
  // Asking again before anything was fetched is the same boot.
  assert.equal(tokenOf(await desk.decide(asking())), first);
  desk.seen({ what: 'fetched', token: first, sha256: 'a'.repeat(64), part: 'kernel' });
  const second = tokenOf(await desk.decide(asking()));
  assert.notEqual(second, first);
  assert.equal(await desk.knows(first), false);
  assert.equal(await desk.news(first, news('up')), false);
  await desk.close();
});

test('what happened to boots is there again after a crash, and goes on', async () => {
  const before = await openDesk();
  const token = tokenOf(await before.desk.decide(asking()));
  await before.desk.news(token, news('root'));
  await before.desk.close();
  const after = await openDesk({ state: before.state, at: 1_005_000 });
  assert.equal(await after.desk.knows(token), true);
  assert.equal(await after.desk.news(token, news('up')), true);
  const [last] = await bootsOf(after.state, 'node-7');
  assert.equal(last?.outcome, 'up');
  assert.equal(last?.reached.root, 1_000_000);
  await after.desk.close();
});

test('a deadline that was missed while nobody looked is noticed at the next start', async () => {
  const before = await openDesk();
  await before.desk.decide(asking());
  await before.desk.close();
  const after = await openDesk({ state: before.state, at: 9_000_000 });
  const [last] = await bootsOf(after.state, 'node-7');
  assert.equal(last?.trouble?.code, 'kernel.unfetched');
  assert.ok(after.alarms.has('boot/node-7'));
  await after.desk.close();
});

test('a corrupted image is refused, and the machine falls back and is told to be up with that', async () => {
  const { desk, alarms, state } = await openDesk();
  const bad = await desk.decide(asking());
  assert.equal(versionOf(bad), V2);
  await desk.news(tokenOf(bad), news('root', failure));
  assert.match(alarms.get('boot/node-7')?.lines?.[0] ?? '', /sha256 differs \(got 9f want 51\)/);
  const good = await desk.decide(asking());
  assert.equal(versionOf(good), V1);
  assert.match(
    alarms.get('boot/node-7')?.summary ?? '',
    /did not come up with live@2026-11-21\.1, and gets live@2026-11-20\.1/,
  );
  await desk.news(tokenOf(good), news('up'));
  assert.equal(alarms.size, 0);
  const [last, first] = await bootsOf(state, 'node-7');
  assert.deepEqual([last?.outcome, first?.outcome], ['up', 'failed']);
  await desk.close();
});

test('a kernel that stops and restarts its machine falls back, too, and a third boot in vain is a loop', async () => {
  const { desk, alarms, later } = await openDesk();
  for (const [version, loop] of [
    [V2, false],
    [V1, false],
    [V2, true],
  ] as const) {
    const decision = await desk.decide(asking());
    assert.equal(versionOf(decision), version);
    assert.equal(alarms.has('boot/node-7/loop'), loop);
    const token = tokenOf(decision);
    for (const part of ['kernel', 'initrd'] as const)
      desk.seen({ what: 'fetched', token, sha256: 'a'.repeat(64), part });
    await later(20_000);
  }
  assert.equal((await desk.decide(asking())).kind, 'wait');
  await desk.close();
});

test('firmware that asks for an address begins a boot, and who answered it first is told', async () => {
  const { desk, alarms, later } = await openDesk();
  desk.seen({ what: 'dhcp-asked', mac: MAC });
  await later(600_000);
  assert.equal(alarms.size, 0, 'a running system asks for an address, too');
  desk.seen({ what: 'dhcp-asked', mac: MAC, firmware: 'bios' });
  desk.seen({ what: 'dhcp-offered', mac: MAC, address: '10.77.0.50' });
  desk.seen({ what: 'dhcp-foreign', mac: MAC, server: '10.0.0.2' });
  await later(179_000);
  assert.equal(alarms.size, 0);
  await later(2_000);
  assert.match(
    alarms.get('boot/node-7')?.lines?.[0] ?? '',
    /another DHCP server answered first: 10\.0\.0\.2/,
  );
  await desk.close();
});

test('what iPXE and the initramfs ask of DHCP is no new boot; what firmware asks in the middle of one is', async () => {
  const { desk, state } = await openDesk();
  desk.seen({ what: 'dhcp-asked', mac: MAC, firmware: 'bios' });
  desk.seen({ what: 'loader-sent', mac: MAC, address: '10.77.0.50', file: 'undionly.kpxe' });
  desk.seen({ what: 'dhcp-asked', mac: MAC, firmware: 'bios' });
  const token = tokenOf(await desk.decide(asking()));
  desk.seen({ what: 'fetched', token, sha256: 'a'.repeat(64), part: 'initrd' });
  desk.seen({ what: 'dhcp-asked', mac: MAC });
  await desk.sweep();
  assert.equal((await bootsOf(state, 'node-7')).length, 1);
  desk.seen({ what: 'dhcp-asked', mac: MAC, firmware: 'bios' });
  await desk.sweep();
  const [now, before] = await bootsOf(state, 'node-7');
  assert.equal(now?.outcome, 'open');
  assert.equal(before?.trouble?.code, 'restarted');
  await desk.close();
});

test('a boot that somebody waits for begins when they say so, and what becomes of it is no alert', async () => {
  const { desk, state, alarms, later } = await openDesk();
  await want(state, 'node-7', { since: 1_000_000, run: 'r-1', patience: 60_000 });
  await later(1_000);
  assert.equal((await bootsOf(state, 'node-7'))[0]?.wanted?.run, 'r-1');
  await later(61_000);
  assert.equal((await bootsOf(state, 'node-7'))[0]?.trouble?.code, 'dhcp.never');
  assert.equal(alarms.size, 0);
  await desk.close();
});

test('a boot that nobody waits for any more before it began is none', async () => {
  const { desk, state, later } = await openDesk();
  const wanted = { since: 1_000_000, run: 'r-1', patience: 60_000 };
  await want(state, 'node-7', wanted);
  await later(1_000);
  await want(state, 'node-7', { ...wanted, over: true });
  await later(1_000);
  assert.deepEqual(await bootsOf(state, 'node-7'), []);
  await desk.close();
});

test('whoever waits is told why a machine may not boot', async () => {
  const { desk, state, later } = await openDesk({ versions: [] });
  await want(state, 'node-7', { since: 1_000_000, run: 'r-1', patience: 60_000 });
  await later(1_000);
  assert.equal((await desk.decide(asking())).kind, 'wait');
  assert.equal((await bootsOf(state, 'node-7'))[0]?.because?.at(-1)?.code, 'image.unpromoted');
  await desk.close();
});

test('a machine with nothing to boot is an alert until it boots', async () => {
  const { desk, alarms, current } = await openDesk({ versions: [] });
  assert.equal((await desk.decide(asking())).kind, 'wait');
  assert.deepEqual(alarms.get('boot/node-7/image')?.lines, ['no version of live is promoted']);
  current.versions = [V1];
  assert.equal(versionOf(await desk.decide(asking())), V1);
  assert.equal(alarms.size, 0);
  await desk.close();
});

test('an assignment counts at once', async () => {
  const { desk, state } = await openDesk();
  await assign(state, 'node-7', { version: V1, since: 0, run: 'r-1' });
  assert.equal(versionOf(await desk.decide(asking())), V1);
  await desk.close();
});

test('files are given once, to the address that fetched the script, and to whoever lost the answer again', async () => {
  const { desk, alarms } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  assert.equal(await desk.files(token, { address: '10.77.0.99', claim: 'claim0001' }), undefined);
  assert.match(alarms.get('boot/node-7/taken')?.summary ?? '', /another machine, 10\.77\.0\.99/);
  const taker = { address: '10.77.0.50', claim: 'claim0001' };
  assert.equal(String(await desk.files(token, taker)), 'archive');
  assert.equal(String(await desk.files(token, taker)), 'archive');
  assert.equal(await desk.files(token, { address: '10.77.0.50', claim: 'claim0002' }), undefined);
  assert.equal(await desk.files(token, { address: '10.77.0.50' }), undefined);
  assert.equal(await desk.cloudInit(token, 'meta-data', { address: '10.77.0.99' }), undefined);
  assert.equal(await desk.cloudInit(token, 'meta-data', { address: '10.77.0.50' }), 'document');
  assert.equal(await desk.files('x'.repeat(32), taker), undefined);
  await desk.close();
});

test('what cannot be given fails the boot, with its reason', async () => {
  const refuse = () =>
    Promise.reject(new MusterError('machine.reserved', { file: 'motd', machine: 'node-7', path: '/run' }));
  const { desk, state } = await openDesk({ given: { files: refuse, cloudInit: refuse } });
  const token = tokenOf(await desk.decide(asking()));
  await assert.rejects(desk.files(token, { address: '10.77.0.50' }), { code: 'machine.reserved' });
  const [last] = await bootsOf(state, 'node-7');
  assert.equal(last?.trouble?.code, 'configured.files');
  assert.match(last?.trouble?.facts.detail ?? '', /motd/);
  await desk.close();
});

test('a stranger is announced with what is in it and a button, and is forgotten once it is ours', async () => {
  const mac = '02:00:00:00:00:01';
  const { desk, state, alarms, current } = await openDesk({
    config: config({ boot: { host: 'local', unknown: 'discover', discovery: 'discovery' } }),
  });
  const token = tokenOf(await desk.decide(asking({ mac })));
  assert.equal(
    alarms.get(`stranger/${mac}`)?.buttons?.[0]?.line,
    '/machine adopt 02-00-00-00-00-01 --name node-000001',
  );
  const inventory = {
    cpu: { model: 'Xeon', cores: 4 },
    memory: 8_000_000_000,
    disks: [{ name: 'sda', bytes: 500_000_000_000, model: 'disk' }],
    nics: [{ name: 'eth0', mac, link: true }],
    ...{ vendor: 'QEMU', product: 'PC', serial: '', uuid: '' },
  };
  const reached = { stage: 'root', outcome: 'reached', cause: '', detail: '' } as const;
  assert.equal(await desk.discovered('x'.repeat(32), inventory), false);
  assert.equal(await desk.news('x'.repeat(32), reached), false);
  // As it boots it says how far it is: that is no call home of somebody who makes tokens up.
  assert.equal(await desk.news(token, reached), true);
  assert.equal(await desk.discovered(token, inventory), true);
  assert.ok(alarms.get(`stranger/${mac}`)?.lines?.includes('4 × Xeon, 8.0 GB of memory'));
  assert.equal((await strangersIn(state)).get(mac)?.inventory?.memory, 8_000_000_000);
  current.config = config({ machines: { ours: { mac: [mac] } } });
  await desk.sweep();
  assert.equal(alarms.size, 0);
  assert.equal((await strangersIn(state)).size, 0);
  // It is still in that boot, and goes on to tell.
  assert.equal(await desk.news(token, reached), true);
  assert.equal(await desk.discovered(token, inventory), true);
  assert.equal((await strangersIn(state)).size, 0);
  await desk.close();
});

test('a machine that shows what is in it begins anew once it is ours and somebody boots it, also where the boot server was restarted', async () => {
  const mac = '02:00:00:00:00:01';
  const first = await openDesk({
    config: config({ boot: { host: 'local', unknown: 'discover', discovery: 'discovery' } }),
  });
  const { state, current } = first;
  const token = tokenOf(await first.desk.decide(asking({ mac })));
  assert.equal(await first.desk.restarts('x'.repeat(32)), undefined);
  assert.equal(await first.desk.restarts(token), false);
  current.config = config({ machines: { ours: { mac: [mac], image: 'live' } } });
  await first.desk.sweep();
  assert.equal(await first.desk.restarts(token), false, 'nobody boots it');
  await first.desk.close();
  const { desk } = await openDesk({ state, config: current.config });
  assert.equal(await desk.restarts(token), false);
  await want(state, 'ours', { since: 1_000_000, run: 'r-1', patience: 60_000 });
  await desk.sweep();
  assert.equal(await desk.restarts(token), true);
  desk.seen({ what: 'dhcp-asked', mac });
  desk.seen({ what: 'dhcp-acknowledged', mac, address: '10.77.0.9' });
  assert.equal(await desk.restarts(token), true, 'its system renews its address');
  assert.ok((await adoptedIn(state)).has(mac));
  await desk.decide(asking({ mac }));
  assert.ok(!(await adoptedIn(state)).has(mac));
  assert.equal(await desk.restarts(token), undefined, 'it boots');
  await desk.close();
});

test('a machine that shows what is in it, and is ours no more, begins anew: else nobody would hear of it', async () => {
  const mac = '02:00:00:00:00:02';
  const settings = { boot: { host: 'local', unknown: 'discover', discovery: 'discovery' } };
  const { desk, current, alarms } = await openDesk({ config: config(settings) });
  const token = tokenOf(await desk.decide(asking({ mac })));
  current.config = config({ ...settings, machines: { ours: { mac: [mac], image: 'live' } } });
  await desk.sweep();
  assert.equal(await desk.restarts(token), false);
  current.config = config(settings);
  await desk.sweep();
  assert.equal(await desk.restarts(token), true);
  const anew = tokenOf(await desk.decide(asking({ mac })));
  assert.equal(await desk.restarts(anew), false);
  assert.ok(alarms.has(`stranger/${mac}`));
  await desk.close();
});

test('addresses that somebody makes up do not fill the memory', async () => {
  const { desk, state, alarms } = await openDesk();
  for (let index = 0; index < 300; index += 1) {
    const mac = `02:00:00:00:${Math.floor(index / 256)
      .toString(16)
      .padStart(2, '0')}:${(index % 256).toString(16).padStart(2, '0')}`;
    await desk.decide(asking({ mac }));
  }
  assert.equal((await strangersIn(state)).size, 200);
  assert.equal(alarms.size, 200);
  await desk.close();
});

test('a machine added in a chat boots within a moment, and images that cannot be read make it wait', async () => {
  const fail = () => Promise.reject(new Error('redis is gone'));
  const { desk } = await openDesk({
    images: { promoted: fail, bootable: fail, before: fail, architecture: fail },
  });
  const decision = await desk.decide(asking());
  assert.deepEqual([decision.kind, decision.because[0]?.code], ['wait', 'trouble']);
  await desk.close();
});

test('many who ask at once for one machine get one boot', async () => {
  const { desk, state } = await openDesk();
  const tokens = await Promise.all(
    Array.from({ length: 20 }, async () => tokenOf(await desk.decide(asking()))),
  );
  assert.equal(new Set(tokens).size, 1);
  assert.equal((await bootsOf(state, 'node-7')).length, 1);
  await desk.close();
});
