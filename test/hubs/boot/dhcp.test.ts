/** A real dnsmasq with real clients in network namespaces: alone, beside another server, and beside one too many. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Bootable, Sighting } from '../../../src/boot.ts';
import { addNamespace, address, cable, type Namespace } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';

const exec = promisify(execFile);
const OWN = '10.77.0.1';
const OTHER = '10.77.0.2';
const part = { sha256: '0'.repeat(64), bytes: 1 };
const BOOTABLE: Bootable = {
  ...{ version: 'live@2026-11-21.1', kernel: part, initrd: part, root: part },
  ...{ format: 'squashfs', kernelLine: '' },
};
const PXE = (architecture: string) => [
  ...['-V', `PXEClient:Arch:${architecture}:UNDI:003001`],
  ...['-x', `0x5d:${Number(architecture).toString(16).padStart(4, '0')}`],
];
const IPXE = ['-x', '0x4d:69505845', '-x', '0xaf:010105'];
/** Prints what a client got. */
const SCRIPT = '[ "$1" != bound ] || echo "got $ip $boot_file $serverid"';

describe('DHCP and TFTP', { skip: needs(['dnsmasq', 'ipxe', 'ip', 'busybox', 'curl', 'root']) }, () => {
  const spaces: Namespace[] = [];
  let [server, other, client, middle]: (Namespace | undefined)[] = [];
  const seen: Sighting[] = [];
  const troubles: { code?: string }[] = [];
  const folder = `/run/muster-test-${randomBytes(6).toString('hex')}`;
  const script = `${folder}.sh`;
  let host: ChildProcess | undefined;
  const others: ChildProcess[] = [];

  before(async () => {
    for (let i = 0; i < 4; i += 1) spaces.push(await addNamespace());
    [server, other, client, middle] = spaces as [Namespace, Namespace, Namespace, Namespace];
    await middle.run('ip', 'link', 'add', 'br0', 'type', 'bridge');
    await middle.run('ip', 'link', 'set', 'br0', 'up');
    for (const [name, space] of [
      ['s', server],
      ['o', other],
      ['c', client],
    ] as const) {
      await cable(space, 'eth0', middle, name);
      await middle.run('ip', 'link', 'set', name, 'master', 'br0', 'up');
      await space.run('ip', 'link', 'set', 'eth0', 'up');
    }
    await address(server, 'eth0', `${OWN}/24`);
    await address(other, 'eth0', `${OTHER}/24`);
    await exec('sh', ['-c', 'printf "#!/bin/sh\\n%s\\n" "$2" >"$1" && chmod 755 "$1"', 'sh', script, SCRIPT]);
  });
  after(async () => {
    for (const child of [host, ...others]) await ended(child, 'SIGTERM');
    for (const space of spaces) await space.remove();
    for (const path of [folder, `${folder}.leases`, `${folder}.other`, script])
      await rm(path, { recursive: true, force: true });
  });

  /** Starts the boot server, and resolves once all of it listens. */
  async function start(dhcp: object): Promise<void> {
    await ended(host, 'SIGTERM');
    seen.length = 0;
    troubles.length = 0;
    const settings = { interface: 'eth0', address: OWN, port: 8_080, downloads: 4, dhcp };
    const given = JSON.stringify({ settings, bootable: BOOTABLE, root: folder, folder });
    const file = new URL('boot-host.ts', import.meta.url).pathname;
    host = spawn(
      'nsenter',
      [`--net=/run/netns/${server!.name}`, '--', process.execPath, '--import', 'tsx', file, given],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, LOG_LEVEL: 'silent' } },
    );
    let ready = false;
    createInterface({ input: host.stdout! }).on('line', (line) => {
      const said = JSON.parse(line);
      if (said.kind === 'ready') ready = true;
      if (said.kind === 'trouble' && said.code) troubles.push(said);
      if (said.kind === 'seen') seen.push(said.sighting);
    });
    await until(() => ready, 'the boot server listens');
  }

  /** What a client gets that says this of itself: its address, the file and the server. */
  async function ask(...says: string[]): Promise<string[]> {
    const text = await client!.run(
      ...['busybox', 'udhcpc', '-i', 'eth0', '-f', '-q', '-n', '-t', '5', '-T', '2', '-B', '-s', script],
      ...says,
    );
    return /^got (.*)$/m.exec(text)?.[1]?.split(' ') ?? [];
  }
  const macOfClient = async (): Promise<string> =>
    JSON.parse(await client!.run('ip', '-json', 'link', 'show', 'dev', 'eth0'))[0].address;
  const saw = (what: Sighting['what']) => until(() => seen.find((one) => one.what === what), what);
  const authoritative = {
    mode: 'authoritative',
    range: '10.77.0.50-10.77.0.60',
    network: '10.77.0.0/24',
    dns: [],
    lease: 3_600_000,
  };
  /** Another DHCP server, which gives out other addresses. */
  async function startOther(...more: string[]): Promise<ChildProcess> {
    const child = spawn('nsenter', [
      ...[
        `--net=/run/netns/${other!.name}`,
        '--',
        'dnsmasq',
        '--conf-file=/dev/null',
        '--keep-in-foreground',
      ],
      ...[
        '--port=0',
        '--interface=eth0',
        '--bind-interfaces',
        '--no-ping',
        '--pid-file=',
        '--log-facility=-',
      ],
      ...[`--dhcp-leasefile=${folder}.other`, '--dhcp-range=10.77.0.150,10.77.0.160,1h', ...more],
    ]);
    others.push(child);
    let text = '';
    child.stderr.on('data', (chunk) => {
      text += chunk;
    });
    await until(() => text.includes('sockets bound'), 'the other server listens');
    return child;
  }
  const dnsmasqs = async () =>
    (await exec('sh', ['-c', 'pgrep -f -- "--conf-file=$1/dnsmasq.conf" || true', 'sh', folder])).stdout
      .split('\n')
      .filter(Boolean);

  test('each firmware is told what it can load, and iPXE where the first script is', async () => {
    await start(authoritative);
    const bios = await ask(...PXE('00000'));
    assert.match(bios[0]!, /^10\.77\.0\.(?:5\d|60)$/);
    assert.deepEqual(bios.slice(1), ['undionly.kpxe', OWN]);
    assert.equal((await ask(...PXE('00007')))[1], 'snponly.efi');
    assert.equal(
      (await ask('-V', 'HTTPClient:Arch:00016:UNDI:003001', '-x', '0x5d:0010'))[1],
      `http://${OWN}:8080/loaders/snponly.efi`,
    );
    assert.equal((await ask(...PXE('00007'), ...IPXE))[1], `http://${OWN}:8080/boot.ipxe`);
    assert.equal((await ask(...PXE('00006')))[1], '');
    assert.equal(((await saw('dhcp-acknowledged')) as { address?: string }).address, bios[0]);
  });

  test('firmware for which there is no iPXE is offered nothing to load, and that is told', async () => {
    // Newer Debian has one.
    const own = existsSync('/usr/lib/ipxe/ipxe-arm64.efi') ? 'ipxe-arm64.efi' : '';
    assert.equal((await ask(...PXE('00011')))[1], own);
    if (own) return;
    const mac = await macOfClient();
    const { address: _, ...lacking } = (await saw('loader-failed')) as { address?: string };
    assert.deepEqual(lacking, { what: 'loader-failed', mac, file: 'snponly-arm64.efi', message: 'missing' });
    seen.length = 0;
  });

  test('the loaders come by TFTP, and nothing else does', async () => {
    await address(client!, 'eth0', '10.77.0.99/24');
    const fetched = `${folder}.fetched`;
    await client!.run('curl', '--silent', '--output', fetched, `tftp://${OWN}/undionly.kpxe`);
    assert.ok((await readFile(fetched)).equals(await readFile('/usr/lib/ipxe/undionly.kpxe')));
    assert.deepEqual(await saw('loader-sent'), {
      ...{ what: 'loader-sent', address: '10.77.0.99', file: 'undionly.kpxe' },
    });
    for (const path of ['/../dnsmasq.conf', '//etc/passwd', '/nothing'])
      await assert.rejects(
        client!.run('curl', '--silent', '--path-as-is', '--output', fetched, `tftp://${OWN}${path}`),
      );
    await rm(fetched, { force: true });
    await saw('loader-failed');
    await client!.run('ip', 'address', 'flush', 'dev', 'eth0');
  });

  test('a machine with a fixed address has it as soon as that is written', async () => {
    const mac = await macOfClient();
    host!.stdin!.write(JSON.stringify([{ name: 'node-7', macs: [mac], address: '10.77.0.7' }]));
    await until(async () => (await ask(...PXE('00000')))[0] === '10.77.0.7', 'the fixed address');
  });

  test('dnsmasq that is killed is started again, and told of', async () => {
    const [first] = (
      await exec('pgrep', ['-u', 'nobody', '-f', '--', `--conf-file=${folder}/`])
    ).stdout.split('\n');
    process.kill(Number(first), 'SIGKILL');
    await until(() => troubles.length > 0, 'the trouble is told');
    assert.equal(troubles[0]?.code, 'boot.dnsmasq');
    assert.equal(
      (
        await until(
          async () => (await ask(...PXE('00000'))).length > 0 && (await ask(...PXE('00000'))),
          'it answers again',
        )
      )[2],
      OWN,
    );
  });

  test('a server too many is found, with the machine that heeded it', async () => {
    const hostile = await startOther('--dhcp-authoritative');
    const mac = await macOfClient();
    // It asks for an address that only the other one gives.
    await until(async () => {
      await ask('-r', '10.77.0.155', ...PXE('00000'));
      return seen.some((one) => one.what === 'dhcp-foreign' && !one.offered);
    }, 'another server');
    const chosen = seen.filter((one) => one.what === 'dhcp-foreign' && !one.offered);
    assert.deepEqual(chosen[0], { what: 'dhcp-foreign', mac, server: OTHER });
    await ended(hostile, 'SIGTERM');
  });

  test('kill -9 leaves no dnsmasq behind, and one that was left is ended at the next start', async () => {
    assert.ok((await dnsmasqs()).length > 0);
    await ended(host, 'SIGKILL');
    await until(async () => (await dnsmasqs()).length === 0, 'dnsmasq ended with its parent');
  });

  test('beside another server, addresses are its business, and what to boot is ours', async () => {
    const usual = await startOther();
    await start({ mode: 'proxy', network: '10.77.0.0/24' });
    // busybox takes the first offer it gets, also one without an address: what iPXE does is tried with QEMU.
    await ask(...PXE('00000')).catch(() => {});
    await saw('dhcp-offered');
    await ask('-V', 'HTTPClient:Arch:00016:UNDI:003001', '-x', '0x5d:0010').catch(() => {});
    const web = () => seen.find((one) => one.what === 'dhcp-offered' && one.firmware === 'efi-x64-http');
    await until(web, 'an offer for HTTP boot');
    const leased = await ask();
    assert.deepEqual(
      [leased[0]?.startsWith('10.77.0.15') || leased[0] === '10.77.0.160', leased[2]],
      [true, OTHER],
    );
    assert.equal(seen.filter(({ what }) => what === 'dhcp-foreign').length, 0);
    await ended(usual, 'SIGTERM');
  });
});

async function ended(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
