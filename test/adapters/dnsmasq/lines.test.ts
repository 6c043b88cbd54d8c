/** Lines of dnsmasq 2.90's log, as it printed them, and what they tell. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lines } from '../../../src/adapters/dnsmasq/lines.ts';

const MAC = '26:2a:73:bf:db:02';
const told = (lines: Lines, ...text: string[]) => text.flatMap((line) => lines.take(line));

test('a machine that asks, is offered an address and takes it, with what firmware it has', () => {
  const found = told(
    new Lines(),
    'dnsmasq[8562]: started, version 2.90 DNS disabled',
    'dnsmasq-dhcp[8562]: DHCP, IP range 10.77.0.50 -- 10.77.0.60, lease time 12h',
    'dnsmasq-dhcp[8562]: 3004551432 available DHCP range: 10.77.0.50 -- 10.77.0.60',
    'dnsmasq-dhcp[8562]: 3004551432 vendor class: PXEClient:Arch:00000:UNDI:002001',
    `dnsmasq-dhcp[8562]: 3004551432 DHCPDISCOVER(eth0) ${MAC} `,
    'dnsmasq-dhcp[8562]: 3004551432 tags: bios, eth0',
    `dnsmasq-dhcp[8562]: 3004551432 DHCPOFFER(eth0) 10.77.0.56 ${MAC} `,
    'dnsmasq-dhcp[8562]: 3004551432 sent size:  4 option: 54 server-identifier  10.77.0.1',
    'dnsmasq-dhcp[8562]: 3004551432 vendor class: PXEClient:Arch:00000:UNDI:002001',
    `dnsmasq-dhcp[8562]: 3004551432 DHCPREQUEST(eth0) 10.77.0.56 ${MAC} `,
    `dnsmasq-dhcp[8562]: 3004551432 DHCPACK(eth0) 10.77.0.56 ${MAC} node-7`,
  );
  const firmware = 'bios';
  assert.deepEqual(found, [
    { what: 'started' },
    { what: 'dhcp-asked', mac: MAC, firmware },
    { what: 'dhcp-offered', mac: MAC, address: '10.77.0.56', firmware },
    { what: 'dhcp-asked', mac: MAC, firmware },
    { what: 'dhcp-acknowledged', mac: MAC, address: '10.77.0.56', firmware },
  ]);
});

test('beside another server it only says what to boot', () => {
  assert.deepEqual(
    told(
      new Lines(),
      'dnsmasq-dhcp[19715]: 181 vendor class: PXEClient:Arch:00007:UNDI:003001',
      `dnsmasq-dhcp[19715]: 181 PXE(eth0) ${MAC} proxy`,
    ),
    [
      { what: 'dhcp-asked', mac: MAC, firmware: 'efi-x64' },
      { what: 'dhcp-offered', mac: MAC, firmware: 'efi-x64' },
    ],
  );
});

test('beside another server iPXE lacks nothing of what firmware loads', () => {
  const found = told(
    new Lines(),
    'dnsmasq-dhcp[7]: 182 vendor class: PXEClient:Arch:00011:UNDI:003010',
    'dnsmasq-dhcp[7]: 182 user class: iPXE',
    `dnsmasq-dhcp[7]: 182 PXE(eth0) ${MAC} proxy`,
  );
  assert.deepEqual(found, [
    { what: 'dhcp-asked', mac: MAC, firmware: 'efi-arm64' },
    { what: 'dhcp-offered', mac: MAC },
  ]);
});

test('iPXE that says what it runs on in option 93 alone is firmware, too, and one that looks for its own script lacks nothing', () => {
  const begin = ['dnsmasq-dhcp[7]: 251 vendor class: PXEClient', 'dnsmasq-dhcp[7]: 251 user class: iPXE'];
  assert.deepEqual(
    told(
      new Lines(),
      ...begin,
      `dnsmasq-dhcp[7]: 251 DHCPDISCOVER(br0) ${MAC} `,
      'dnsmasq-dhcp[7]: 251 tags: ipxe, efi-arm64, br0',
      `dnsmasq-dhcp[7]: 251 DHCPOFFER(br0) 10.77.0.80 ${MAC} `,
      ...begin,
      `dnsmasq-dhcp[7]: 251 DHCPREQUEST(br0) 10.77.0.80 ${MAC} `,
      'dnsmasq-dhcp[7]: 251 tags: ipxe, efi-arm64, br0',
      'dnsmasq-tftp[7]: file /run/boot/tftp/autoexec.ipxe not found for 10.77.0.80',
    ),
    [
      { what: 'dhcp-asked', mac: MAC },
      { what: 'dhcp-asked', mac: MAC, firmware: 'efi-arm64' },
      { what: 'dhcp-offered', mac: MAC, address: '10.77.0.80' },
      { what: 'dhcp-asked', mac: MAC, firmware: 'efi-arm64' },
    ],
  );
  // A system that runs has no such tag.
  const system = [`dnsmasq-dhcp[7]: 9 DHCPDISCOVER(br0) ${MAC} `, 'dnsmasq-dhcp[7]: 9 tags: br0'];
  assert.deepEqual(told(new Lines(), ...system), [{ what: 'dhcp-asked', mac: MAC }]);
});

test('a machine that chose another server is known by its being refused', () => {
  assert.deepEqual(told(new Lines(), `dnsmasq-dhcp[1]: 9 DHCPNAK(eth0) 10.77.0.155 ${MAC} wrong server-ID`), [
    { what: 'rejected', mac: MAC },
  ]);
});

test('files that were sent and were not are those of a machine, where its address is known', () => {
  const lines = new Lines();
  told(lines, `dnsmasq-dhcp[1]: 9 DHCPACK(eth0) 10.77.0.55 ${MAC}`);
  const found = told(
    lines,
    'dnsmasq-tftp[8562]: sent /run/boot/tftp/undionly.kpxe to 10.77.0.55',
    'dnsmasq-tftp[8562]: file /run/boot/tftp/nothing not found for 10.77.0.56',
    'dnsmasq-tftp[8562]: failed sending /run/boot/tftp/snponly.efi to 10.77.0.55',
  );
  assert.deepEqual(found, [
    { what: 'loader-sent', address: '10.77.0.55', mac: MAC, file: 'undionly.kpxe' },
    { what: 'loader-failed', address: '10.77.0.56', file: 'nothing', message: 'missing' },
    { what: 'loader-failed', address: '10.77.0.55', mac: MAC, file: 'snponly.efi', message: 'timeout' },
  ]);
});

test('firmware that only asks how long a file is has not failed; who has no room has', () => {
  const failed = 'dnsmasq-tftp[1]: failed sending /run/boot/tftp/undionly.kpxe to 10.77.0.55';
  const error = (text: string) => `dnsmasq-tftp[1]: error ${text} received from 10.77.0.55`;
  assert.deepEqual(told(new Lines(), error('0 TFTP Aborted'), failed), []);
  assert.deepEqual(told(new Lines(), error('8 User aborted the transfer'), failed), []);
  assert.deepEqual(told(new Lines(), error('3 Disk full'), failed), [
    { what: 'loader-failed', address: '10.77.0.55', file: 'undionly.kpxe', message: 'Disk full' },
  ]);
});

test('what a stranger makes up tells nothing, and is not kept for ever', () => {
  const lines = new Lines();
  assert.deepEqual(
    told(
      lines,
      `dnsmasq-dhcp[1]: 9 vendor class: DHCPACK(eth0) 10.77.0.55 ${MAC}`,
      `dnsmasq-dhcp[1]: 9 client provides name: x DHCPACK(eth0) 10.77.0.55 ${MAC}`,
      'dnsmasq-tftp[1]: file /run/boot/tftp/sent x to 10.77.0.55 not found',
      `DHCPDISCOVER(eth0) ${MAC}`,
      '',
    ),
    [],
  );
  for (let i = 0; i < 5_000; i += 1) {
    const address = `10.${i >> 8}.${i & 255}.1`;
    told(lines, `dnsmasq-dhcp[1]: ${i} vendor class: PXEClient:Arch:00000:x`);
    told(lines, `dnsmasq-dhcp[1]: ${i} DHCPACK(eth0) ${address} ${MAC}`);
  }
  assert.deepEqual(told(lines, 'dnsmasq-tftp[1]: sent /t/a to 10.0.0.1'), [
    { what: 'loader-sent', address: '10.0.0.1', file: 'a' },
  ]);
});
