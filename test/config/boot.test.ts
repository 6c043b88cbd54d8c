/** The settings of the boot server: addresses have to be where they are said to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BootSettings } from '../../src/config/boot.ts';

const dhcp = { mode: 'authoritative', range: '10.77.0.50-10.77.0.150', network: '10.77.0.0/24' };
const problems = (settings: object) =>
  BootSettings.safeParse({ host: 'genesis', address: '10.77.0.1', ...settings }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

test('a network with a range and an address in it is well', () => {
  assert.deepEqual(problems({ dhcp }), []);
  assert.deepEqual(problems({ dhcp: { mode: 'proxy', network: '10.77.0.0/16' } }), []);
  assert.deepEqual(problems({ address: '192.168.0.1' }), []);
});

test('a range, and an own address, outside of the network are refused', () => {
  assert.deepEqual(problems({ dhcp: { ...dhcp, range: '10.77.0.50-10.77.1.1' } }), [
    'dhcp.range: not in the network 10.77.0.0/24: 10.77.0.50-10.77.1.1',
  ]);
  assert.deepEqual(problems({ address: '10.78.0.1', dhcp }), [
    'address: not in the network 10.77.0.0/24: 10.78.0.1',
  ]);
  assert.deepEqual(problems({ dhcp: { mode: 'proxy', network: '10.0.0.0/24' } }), [
    'address: not in the network 10.0.0.0/24: 10.77.0.1',
  ]);
});

test('what dnsmasq would read as more than a value is refused', () => {
  for (const settings of [
    { interface: 'eth0\ndhcp-script=/x' },
    { interface: 'eth0,lo' },
    { address: '10.77.0.1,x' },
    { dhcp: { ...dhcp, dns: ['1.1.1.1,x'] } },
    { dhcp: { ...dhcp, range: '10.77.0.50-10.77.0.60,x' } },
    { dhcp: { ...dhcp, network: '10.77.0.0/24 x' } },
  ])
    assert.ok(problems(settings).length > 0, JSON.stringify(settings));
});
