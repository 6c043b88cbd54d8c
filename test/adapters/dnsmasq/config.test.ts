/** Files of dnsmasq: what it is told, and that no value is ever two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dnsmasqConfig, hostsFile, type Net } from '../../../src/adapters/dnsmasq/config.ts';

const NET: Net = {
  interface: 'eth0',
  address: '10.77.0.1',
  base: 'http://10.77.0.1:8080',
  dhcp: {
    mode: 'authoritative',
    range: '10.77.0.50-10.77.0.150',
    network: '10.77.0.0/23',
    dns: ['10.77.0.2', '10.77.0.3'],
    lease: 43_200_000,
  },
  loaders: { bios: 'undionly.kpxe', x64: 'snponly.efi', arm64: 'snponly-arm64.efi' },
  tftp: '/run/boot/tftp',
  leases: '/var/lib/muster/leases',
  hosts: '/run/boot/hosts',
};

const has = (config: string, ...lines: string[]) => {
  const found = new Set(config.split('\n'));
  for (const line of lines) assert.ok(found.has(line), `lacks ${line}`);
};

test('an authoritative server gives each firmware what it can load, and iPXE the first script', () => {
  const config = dnsmasqConfig(NET);
  has(
    config,
    ...['port=0', 'interface=eth0', 'bind-interfaces', 'user=nobody', 'no-ping', 'dhcp-authoritative'],
    'dhcp-range=10.77.0.50,10.77.0.150,255.255.254.0,43200',
    'dhcp-option=option:router,10.77.0.1',
    'dhcp-option=option:dns-server,10.77.0.2,10.77.0.3',
    'dhcp-match=set:efi-x64,option:client-arch,7',
    'dhcp-match=set:efi-x64,option:client-arch,9',
    'dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe',
    'dhcp-boot=tag:!ipxe,tag:efi-x64,snponly.efi',
    'dhcp-boot=tag:!ipxe,tag:efi-arm64,snponly-arm64.efi',
    'dhcp-boot=tag:!ipxe,tag:efi-x64-http,http://10.77.0.1:8080/loaders/snponly.efi',
    'dhcp-option-force=tag:efi-x64-http,60,HTTPClient',
    'dhcp-boot=tag:ipxe,http://10.77.0.1:8080/boot.ipxe',
  );
});

test('UEFI is given an offer that it prefers to those of others, and iPXE and HTTP boot are not', () => {
  const config = dnsmasqConfig(NET);
  has(
    config,
    'dhcp-option-force=tag:!ipxe,tag:efi-x64,60,PXEClient',
    'dhcp-option-force=tag:!ipxe,tag:efi-x64,vendor:PXEClient,6,8b',
    'dhcp-option-force=tag:!ipxe,tag:efi-arm64,60,PXEClient',
    'dhcp-option-force=tag:!ipxe,tag:efi-arm64,vendor:PXEClient,6,8b',
  );
  assert.doesNotMatch(config, /(?:bios|http),(?:60,PXEClient|vendor:)/);
});

test('firmware for which there is no loader is told of none', () => {
  const config = dnsmasqConfig({ ...NET, loaders: { bios: 'undionly.kpxe' } });
  assert.doesNotMatch(config, /dhcp-boot=.*efi/);
  assert.doesNotMatch(config, /HTTPClient|PXEClient/);
});

test('beside another server it gives no addresses, and names itself for BIOS', () => {
  const config = dnsmasqConfig({ ...NET, dhcp: { mode: 'proxy', network: '10.77.0.0/24' } });
  has(
    config,
    'dhcp-range=10.77.0.0,proxy,255.255.255.0',
    'pxe-service=tag:!ipxe,x86PC,"Muster",undionly.kpxe',
    'pxe-service=tag:!ipxe,X86-64_EFI,"Muster",snponly.efi',
    'pxe-service=tag:!ipxe,BC_EFI,"Muster",snponly.efi',
    'dhcp-boot=tag:ipxe,http://10.77.0.1:8080/boot.ipxe,,10.77.0.1',
    'dhcp-pxe-vendor=PXEClient,HTTPClient',
    'dhcp-boot=tag:!ipxe,tag:efi-x64-http,http://10.77.0.1:8080/loaders/snponly.efi,,10.77.0.1',
  );
  assert.doesNotMatch(config, /authoritative|option:router/);
});

test('machines with an address of their own have a line each, with all their cards', () => {
  const line = hostsFile([
    { name: 'node-7', macs: ['52:54:00:00:00:07', '525400000008'], address: '10.77.0.7' },
    { name: 'node-8', macs: [], address: '10.77.0.8' },
  ]);
  assert.equal(line, '52:54:00:00:00:07,52:54:00:00:00:08,10.77.0.7,node-7\n');
});

test('a value that would be two is refused', () => {
  const bad: Partial<Net>[] = [
    { interface: 'eth0\ndhcp-script=/tmp/x' },
    { interface: 'eth0,lo' },
    { address: '10.77.0.1,x' },
    { base: 'http://10.77.0.1:8080,,evil' },
    { tftp: '/run/a b' },
    { tftp: 'relative' },
    { leases: '/run/a\nx' },
    { loaders: { bios: '../x' } },
    { dhcp: { ...(NET.dhcp as Extract<Net['dhcp'], { mode: 'authoritative' }>), dns: ['::1'] } },
    { dhcp: { mode: 'proxy', network: '10.0.0.0' } },
  ];
  for (const change of bad)
    assert.throws(() => dnsmasqConfig({ ...NET, ...change }), TypeError, JSON.stringify(change));
  for (const fixed of [
    { name: 'a,b', macs: ['52:54:00:00:00:07'], address: '10.77.0.7' },
    { name: 'a', macs: ['x'], address: '10.77.0.7' },
    { name: 'a', macs: ['52:54:00:00:00:07'], address: '10.77.0.7,set:x' },
  ])
    assert.throws(() => hostsFile([fixed]));
});
