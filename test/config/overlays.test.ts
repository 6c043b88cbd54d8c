import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFor, prefixOf } from '../../src/config/overlays.ts';
import { reading } from './folder.ts';

const HOSTS =
  'hosts: {web-1: {link: local, labels: [docker]}, web-2: {link: local, labels: [docker, edge]}}\n';
const build = (fields: string) => ({ 'a.yml': `${HOSTS}overlays: {build: {kind: wireguard, ${fields}}}\n` });
const office = (fields: string) => ({ 'a.yml': `${HOSTS}overlays: {office: {kind: zerotier, ${fields}}}\n` });

test('a WireGuard network needs addresses and members, and a ZeroTier network a token', async (t) => {
  const wireguard = await reading(t, build('network: 10.80.0.0/24, members: ["label:docker"]'));
  assert.deepEqual(wireguard.problems, []);
  assert.deepEqual(wireguard.config?.overlays.build, {
    kind: 'wireguard',
    network: '10.80.0.0/24',
    port: 51_820,
    members: ['label:docker'],
    behind: [],
    addresses: {},
    endpoints: {},
    keepalive: 25_000,
  });
  const zerotier = await reading(
    t,
    office('network: "8056c2e21c000001", members: [web-1], token: "env:TOKEN"'),
  );
  assert.deepEqual(zerotier.problems, []);
  assert.deepEqual(zerotier.config?.overlays.office, {
    kind: 'zerotier',
    network: '8056c2e21c000001',
    members: ['web-1'],
    behind: [],
    addresses: {},
    controller: 'https://api.zerotier.com/api/v1',
    token: 'env:TOKEN',
  });
});

test('everything that is wrong with a network is said at its place', async (t) => {
  const fine = 'network: 10.80.0.0/24, members: [web-1]';
  const notNetwork = 'a network, like 10.80.0.0/24: the first address of it and how many bits are fixed';
  for (const [files, path, words] of [
    [build('network: 10.80.0.7/24, members: [web-1]'), 'build.network', notNetwork],
    [build('network: 10.80.0.0/33, members: [web-1]'), 'build.network', notNetwork],
    [build('network: 10.80.0.1-10.80.0.9, members: [web-1]'), 'build.network', notNetwork],
    [build('network: "; reboot/24", members: [web-1]'), 'build.network', notNetwork],
    [build('network: 10.80.0.0/31, members: [web-1]'), 'build.network', 'it has no room for two hosts'],
    [build('network: 10.80.0.0/24, members: [web-9]'), 'build.members[0]', 'no host is called web-9'],
    [build(`${fine}, behind: [web-9]`), 'build.behind[0]', 'no host is called web-9'],
    [
      build('network: 10.80.0.0/24, members: ["label:dock"]'),
      'build.members[0]',
      'no host has the label dock',
    ],
    [build(`${fine}, port: 0`), 'build.port', 'at least 1'],
    [build(`${fine}, keepalive: 500ms`), 'build.keepalive', 'from 1s to 1h, or 0s for none'],
    [
      build(`${fine}, addresses: {web-1: 10.81.0.5}`),
      'build.addresses.web-1',
      'is not an address for a host in 10.80.0.0/24',
    ],
    [
      build(`${fine}, addresses: {web-1: 10.80.0.255}`),
      'build.addresses.web-1',
      'is not an address for a host in 10.80.0.0/24',
    ],
    [
      build(`${fine}, addresses: {web-1: 10.80.0.5, web-2: 10.80.0.5}`),
      'build.addresses.web-2',
      '10.80.0.5 is already web-1',
    ],
    [build(`${fine}, addresses: {web-9: 10.80.0.5}`), 'build.addresses.web-9', 'no host is called web-9'],
    [build(`${fine}, endpoints: {web-1: "-oX"}`), 'build.endpoints.web-1', 'a host name or IP address'],
    [build(`${fine}, adresses: {}`), 'build.adresses', 'unknown key (did you mean addresses?)'],
    [
      office('network: 8056c2e2, members: [web-1], token: "env:T"'),
      'office.network',
      'a ZeroTier network is 16 hexadecimal digits, like 8056c2e21c000001',
    ],
    [office('network: "8056c2e21c000001", members: [web-1]'), 'office.token', 'is missing'],
    [
      { 'a.yml': `${HOSTS}overlays: {build: {kind: tinc, members: [web-1]}}\n` },
      'build.kind',
      'must be one of: wireguard, zerotier',
    ],
  ] as const) {
    const { problems } = await reading(t, files);
    const text = problems.join('\n');
    assert.equal(problems.length, 1, text);
    assert.ok(text.includes(`overlays.${path} `) || text.includes(`overlays.${path}:`), text);
    assert.ok(text.includes(words), text);
  }
});

test('two networks on one port may not share a host', async (t) => {
  const two = (port: number, members: string) => ({
    'a.yml': `${HOSTS}overlays:
  build: {kind: wireguard, network: 10.80.0.0/24, members: ["label:docker"]}
  other: {kind: wireguard, network: 10.81.0.0/24, port: ${port}, members: [${members}]}\n`,
  });
  const { problems } = await reading(t, two(51_820, '"label:edge"'));
  assert.equal(problems.length, 1, problems.join('\n'));
  assert.match(
    problems[0] as string,
    /overlays\.other\.port.*port 51820 is already that of build \(.*a\.yml/,
  );
  assert.deepEqual((await reading(t, two(51_821, 'web-2'))).problems, []);
});

test('a host keeps its address, and a new one gets the first that nobody has', () => {
  const network = { network: '10.80.0.0/29', addresses: { 'web-3': '10.80.0.1' } };
  assert.equal(addressFor(network, 'web-3', { 'web-3': '10.80.0.6' }), '10.80.0.1', 'as configured');
  assert.equal(addressFor(network, 'web-1', {}), '10.80.0.2', 'the first is reserved');
  assert.equal(addressFor(network, 'web-1', { 'web-1': '10.80.0.5' }), '10.80.0.5', 'as before');
  assert.equal(addressFor(network, 'web-1', { 'web-1': '10.80.0.1' }), '10.80.0.2', 'it was given away');
  assert.equal(addressFor(network, 'web-1', { 'web-1': '10.99.0.5' }), '10.80.0.2', 'the network moved');
  const full = { a: '10.80.0.2', b: '10.80.0.3', c: '10.80.0.4', d: '10.80.0.5', e: '10.80.0.6' };
  assert.equal(addressFor(network, 'web-1', full), undefined);
  assert.equal(addressFor({ network: 'fd00::/64', addresses: {} }, 'web-1', { b: 'fd00::1' }), 'fd00::2');
  assert.equal(prefixOf('fd00::/64'), 64);
});
