import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MACHINE, run } from './sh.ts';

describe('the address that was lent to a machine', { concurrency: true }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-lease-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Does what the unit does, on a machine with these files below /etc and these daemons; gives the unit that was written, and what systemd was told. */
  async function kept(
    { etc = {}, daemons = [], line = 'quiet BOOTIF=01-52-54-00-77-00-0a' } = {} as Machine,
  ) {
    const own = await mkdtemp(join(folder, 'machine-'));
    for (const [path, text] of Object.entries(etc)) {
      await mkdir(dirname(join(own, 'etc', path)), { recursive: true });
      await writeFile(join(own, 'etc', path), text);
    }
    await writeFile(join(own, 'line'), line);
    await writeFile(join(own, 'daemons'), daemons.map((name) => `${name}.service\n`).join(''));
    await writeFile(
      join(own, 'systemctl'),
      `#!/bin/sh\n[ "$1" != is-enabled ] || exec grep -qx "$3" "${own}/daemons"\necho "$*" >>"${own}/told"\n`,
    );
    await chmod(join(own, 'systemctl'), 0o755);
    const { code } = await run('dash', `${MACHINE}/lease`, {
      ...{ PATH: `${own}:${process.env.PATH}`, MUSTER_ETC: join(own, 'etc'), LINE_FILE: join(own, 'line') },
    });
    assert.equal(code, 0);
    const read = (name: string) => readFile(join(own, name), 'utf8').catch(() => undefined);
    return { unit: await read('etc/systemd/network/zz-muster.network'), told: await read('told') };
  }

  test('is renewed by systemd-networkd, as the card that it was lent to', async () => {
    const { unit, told } = await kept();
    assert.match(unit ?? '', /^\[Match\]\nMACAddress=52:54:00:77:00:0a\n\n\[Network\]\nDHCP=ipv4\n/);
    assert.match(unit ?? '', /\nClientIdentifier=mac\n/);
    assert.equal(told, 'restart systemd-networkd.service\n');
  });

  const OTHERS: [what: string, machine: Machine][] = [
    ['its address is fixed', { etc: { 'systemd/network/10-muster.network': '[Match]\n' } }],
    ['NetworkManager sees to it', { daemons: ['NetworkManager'] }],
    ['ifupdown asks by DHCP', { etc: { 'network/interfaces': 'auto eth0\n  iface eth0 inet dhcp\n' } }],
    [
      'ifupdown does so in a file of its folder',
      { etc: { 'network/interfaces.d/a': 'iface a inet dhcp\n' } },
    ],
    ['nobody says which card it is', { line: 'quiet BOOTIF=$(reboot)' }],
  ];
  for (const [what, machine] of OTHERS)
    test(`is left alone where ${what}`, async () => {
      assert.deepEqual(await kept(machine), { unit: undefined, told: undefined });
    });

  test('is renewed where ifupdown only has the loopback', async () => {
    const { told } = await kept({ etc: { 'network/interfaces': 'auto lo\niface lo inet loopback\n' } });
    assert.equal(told, 'restart systemd-networkd.service\n');
  });
});

interface Machine {
  /** Path below /etc -> text. */
  etc?: Record<string, string>;
  /** Daemons that start with the system. */
  daemons?: string[];
  /** The kernel's line. */
  line?: string;
}
