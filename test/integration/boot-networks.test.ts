/** Networks that somebody else answers in, too, tried with firmware and emulated machines: a DHCP server that is there already, one too many, and HTTP boot. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { isPast } from '../../src/jobs/machine/fold.ts';
import type { KeptBoot } from '../../src/jobs/machine/kept-boot.ts';
import { needs } from '../needs.ts';
import { HOSTILE, startOtherDhcp } from '../other-dhcp.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, openBootLan, PATIENT } from './boot-lan.ts';
import { ended } from './muster.ts';

/** Leaves the firmware nothing but HTTP. */
const HTTP_ONLY = ['IPv4PXESupport', 'IPv6PXESupport'].flatMap((name) => [
  ...['-fw_cfg', `name=opt/org.tianocore/${name},string=n`],
]);

describe('machines in networks of others', { skip: needs(LAN_NEEDS) }, () => {
  let lan: BootLan;
  let manager: ChildProcess;

  const configure = (dhcp: object) =>
    lan.configure({
      boot: { dhcp },
      images: { tiny: {} },
      profiles: { worker: { image: 'tiny', deadlines: PATIENT } },
      machines: Object.fromEntries(
        lan.machines.map(({ name, mac, power }) => [name, { mac: [mac], profile: 'worker', power }]),
      ),
    });

  before(async () => {
    lan = await openBootLan({
      machines: [
        { name: 'old' },
        { name: 'web', firmware: 'uefi', more: HTTP_ONLY },
        { name: 'new', firmware: 'uefi' },
      ],
    });
    await configure({ mode: 'proxy', network: '10.77.0.0/24' });
    manager = await lan.start();
    await lan.publish((await lan.image()).bootable, { promote: true });
  });
  after(() => lan?.close());

  /** The first boot of a machine, once it asked for its script. */
  const scripted = (name: string): Promise<KeptBoot> => {
    const asked = async () => (await lan.boots(name)).find((boot) => isPast(boot, 'script'));
    return until(asked, `${name} asks for its script`, BOOT_MS);
  };

  test('boot with BIOS, and begin to with UEFI over HTTP, where another server gives them their addresses', async () => {
    const other = await startOtherDhcp(lan);
    const [old, web] = lan.machines;
    try {
      const run = await lan.begin('/machine boot old');
      await web?.on();
      // What follows is as it is with BIOS.
      const began = await scripted('web');
      assert.ok(began.reached.loader, JSON.stringify(began));
      assert.match((await web?.console()) ?? '', /HTTP Boot over IPv4|UEFI HTTPv4/);
      await web?.off();
      const { status, summary } = await lan.ended(run);
      assert.equal(status, 'succeeded', `${summary}\n${await old?.console()}`);
      for (const name of ['old', 'web']) {
        const [boot] = await lan.boots(name);
        assert.match(boot?.address ?? '', /^10\.77\.0\.1[5-9]\d$/);
        // Who gives out addresses is none too many here.
        assert.ok(boot?.notes.every(({ cause }) => !['foreign', 'rival'].includes(cause)));
      }
    } finally {
      for (const { off } of lan.machines) await off();
      await other.stop();
    }
  });

  test('take what is ours with UEFI, however sure of itself a second server is', async () => {
    manager.kill('SIGTERM');
    await ended(manager);
    await configure({
      mode: 'authoritative',
      network: '10.77.0.0/24',
      range: '10.77.0.50-10.77.0.99',
    });
    const other = await startOtherDhcp(lan, HOSTILE);
    await lan.start();
    const [, , modern] = lan.machines;
    try {
      await modern?.on();
      const boot = await scripted('new');
      assert.ok(boot.reached.loader, JSON.stringify(boot));
      assert.match(boot.address ?? '', /^10\.77\.0\.[5-9]\d$/);
      assert.ok(other.offered(modern!.mac), 'it had the choice');
      assert.doesNotMatch((await modern?.console()) ?? '', /wrong\./);
    } finally {
      await modern?.off();
      await other.stop();
    }
  });
});
