/** Networks that somebody else answers in, too, tried with firmware and emulated machines: a DHCP server that is there already, one too many, and HTTP boot. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { localShell } from '../../src/adapters/local/shell.ts';
import { isPast } from '../../src/jobs/machine/fold.ts';
import type { KeptBoot } from '../../src/jobs/machine/kept-boot.ts';
import { needs } from '../needs.ts';
import { buildTiny } from '../tiny-image.ts';
import { until } from '../until.ts';
import { BOOT_MS, type BootLan, LAN_NEEDS, OTHER, openBootLan } from './boot-lan.ts';
import { ended } from './muster.ts';

/** Emulated, beside others. */
const PATIENT = Object.fromEntries(
  ['dhcp', 'loader', 'script', 'kernel', 'initrd', 'root', 'configured', 'up'].map((stage) => [stage, '8m']),
);
/** Leaves the firmware nothing but HTTP. */
const HTTP_ONLY = ['IPv4PXESupport', 'IPv6PXESupport'].flatMap((name) => [
  ...['-fw_cfg', `name=opt/org.tianocore/${name},string=n`],
]);
const RANGE = '10.77.0.150,10.77.0.199';

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
    const shell = localShell({ host: 'genesis' });
    await lan.publish(await buildTiny(shell, lan.root), { promote: true });
    await shell.close();
  });
  after(() => lan?.close());

  /** The first boot of a machine, once it asked for its script. */
  const scripted = (name: string): Promise<KeptBoot> => {
    const asked = async () => (await lan.boots(name)).find((boot) => isPast(boot, 'script'));
    return until(asked, `${name} asks for its script`, BOOT_MS);
  };

  test('boot with BIOS, and begin to with UEFI over HTTP, where another server gives them their addresses', async () => {
    const close = await serveDhcp(lan);
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
      await close();
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
    // It has a file that leads nowhere, and so does what iPXE is told.
    const close = await serveDhcp(
      lan,
      ...['--dhcp-authoritative', '--dhcp-match=set:ipxe,175', `--dhcp-boot=tag:!ipxe,wrong.efi,,${OTHER}`],
      `--dhcp-boot=tag:ipxe,http://${OTHER}/wrong.ipxe`,
    );
    await lan.start();
    const [, , modern] = lan.machines;
    try {
      await modern?.on();
      const boot = await scripted('new');
      assert.ok(boot.reached.loader, JSON.stringify(boot));
      assert.match(boot.address ?? '', /^10\.77\.0\.[5-9]\d$/);
      assert.doesNotMatch((await modern?.console()) ?? '', /wrong\.(?:efi|ipxe)/);
    } finally {
      await modern?.off();
      await close();
    }
  });
});

/** Somebody else's DHCP server; resolves with what ends it. */
async function serveDhcp({ other, root }: BootLan, ...more: string[]): Promise<() => Promise<void>> {
  const end = new AbortController();
  let listens = false;
  const argv = [
    ...['dnsmasq', '--conf-file=/dev/null', '--keep-in-foreground', '--port=0', '--interface=eth0'],
    ...['--bind-interfaces', '--no-ping', '--pid-file=', '--log-facility=-', '--user=root'],
    ...[`--dhcp-leasefile=${join(root, 'other.leases')}`, `--dhcp-range=${RANGE},1h`, ...more],
  ];
  const onLine = (line: string) => {
    listens ||= line.includes('sockets bound');
  };
  const done = other.shell.run(argv, { signal: end.signal, onLine }).catch(() => {});
  await until(() => listens, 'the other server listens');
  return async () => {
    end.abort();
    await done;
  };
}
