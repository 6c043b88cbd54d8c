import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { firewallOf, probesOf } from '../../src/config/host-firewall.ts';
import { Rule, zoneOf } from '../../src/firewall/firewall.ts';
import { why } from '../../src/firewall/verdict.ts';
import { reading } from './folder.ts';

const HOSTS = `hosts:
  web-1: {link: ssh, address: 192.0.2.1, port: 2222, labels: [edge]}
  web-2: {link: icp, address: 192.0.2.2, labels: [edge], guardian: {address: 192.0.2.2}}
  desk: {link: local}
`;

async function configured(t: TestContext, firewall: string): Promise<Config> {
  const { config, problems } = await reading(t, { 'a.yml': `${HOSTS}firewall:\n${firewall}` });
  assert.ok(config, problems.join('\n'));
  return config;
}

const ids = (config: Config, host: string) =>
  firewallOf(config, host, [])
    ?.rules.map(({ id }) => id)
    .sort();

describe('a firewall of the configuration', () => {
  test('holds on the hosts and labels that it names, and adds up', async (t) => {
    const config = await configured(
      t,
      `  edge: {hosts: ["label:edge"], rules: {https: {ports: [443]}}}
  second: {hosts: [web-2], sets: {office: [192.0.2.0/24]}, rules: {admin: {ports: ["9000-9010"], from: ["@office"]}}}
`,
    );
    assert.deepEqual(ids(config, 'web-1'), ['edge/https', 'muster/ssh']);
    assert.deepEqual(ids(config, 'web-2'), ['edge/https', 'muster/agent', 'muster/guardian', 'second/admin']);
    assert.equal(firewallOf(config, 'desk', []), undefined);
  });

  test('always lets Muster in, by the ports it comes by', async (t) => {
    const config = await configured(t, '  edge: {hosts: ["label:edge"]}\n');
    const ports = (host: string) => firewallOf(config, host, [])?.rules.flatMap((rule) => rule.ports);
    assert.deepEqual(ports('web-1'), ['2222']);
    assert.deepEqual(ports('web-2'), ['4226', '4227']);
  });

  test('takes what was opened in chats besides, and names what contradicts', async (t) => {
    const config = await configured(t, '  edge: {hosts: ["label:edge"], rules: {https: {ports: [443]}}}\n');
    const opened = Rule.parse({ id: 'open/tcp-81', owner: 'person/reem', protocol: 'tcp', ports: [81] });
    assert.ok(firewallOf(config, 'web-1', [opened])?.rules.some(({ owner }) => owner === 'person/reem'));
    const strange = Rule.parse({ ...opened, sources: ['@nowhere'] });
    assert.throws(() => firewallOf(config, 'web-1', [strange]), /nowhere/);
  });

  test('leaves bridges of containers alone, unless it says otherwise', async (t) => {
    const config = await configured(
      t,
      `  edge: {hosts: [web-1]}
  own: {hosts: [web-2], zones: {containers: {interfaces: [docker0], default: drop}}}
`,
    );
    const zone = (host: string) =>
      firewallOf(config, host, [])?.zones.find(({ name }) => name === 'containers');
    assert.equal(zone('web-1')?.default, 'accept');
    assert.deepEqual([zone('web-2')?.default, zone('web-2')?.interfaces], ['drop', ['docker0']]);
  });

  test('knocks where it says before a change is kept', async (t) => {
    const config = await configured(
      t,
      '  edge: {hosts: ["label:edge"], probes: [443, 22]}\n  more: {hosts: [web-1], probes: [443]}\n',
    );
    assert.deepEqual(probesOf(config, 'web-1'), [
      { address: '192.0.2.1', port: 443 },
      { address: '192.0.2.1', port: 22 },
    ]);
    assert.deepEqual(probesOf(config, 'desk'), []);
  });

  test('is refused where a host, a port, a source or a name is not right', async (t) => {
    const { problems } = await reading(t, {
      'a.yml': `${HOSTS}firewall:
  edge:
    hosts: [nowhere]
    probes: [0]
    rules: {"Not a name": {ports: [1]}, a: {ports: [70000]}, b: {from: [everybody], ports: [1]}}
`,
    });
    for (const path of [
      'hosts[0] no host',
      'probes[0] must be at least 1',
      'rules.Not a name',
      'rules.a.ports[0] a port is',
      'rules.b.from[0] a source is',
    ])
      assert.ok(
        problems.some((problem) => problem.includes(`firewall.edge.${path}`)),
        `${path}\n${problems.join('\n')}`,
      );
  });
});

describe('a host in an overlay network', () => {
  const network = { name: 'build', interface: 'wg-build', port: 51_820, only: false };
  const rules =
    '  edge: {hosts: ["label:edge"], rules: {https: {ports: [443]}, web: {ports: [80], zones: [outside]}}}\n';

  test('has its interface in a zone of its own, and its port open', async (t) => {
    const config = await configured(t, rules);
    const firewall = firewallOf(config, 'web-1', [], [network])!;
    assert.equal(zoneOf(firewall, 'wg-build').name, 'overlay-build');
    const hears = { protocol: 'udp', port: 51_820 } as const;
    assert.equal(why(firewall, hears).rule?.owner, 'overlay/build');
    const ping = (zone?: string) => why(firewall, { protocol: 'icmp', zone }).action;
    assert.deepEqual([ping('overlay-build'), ping()], ['accept', 'drop']);
    assert.equal(why(firewall, { protocol: 'tcp', port: 443 }).action, 'accept');
  });

  test('lets nobody in but by it where it is behind it, unless a rule names its zones', async (t) => {
    const config = await configured(t, rules);
    const opened = [{ id: 'open/tcp-81', owner: 'person/reem', protocol: 'tcp' as const, ports: [81] }];
    const firewall = firewallOf(config, 'web-1', opened, [{ ...network, only: true }])!;
    const from = (zone: string | undefined, protocol: 'tcp' | 'udp', port: number) =>
      why(firewall, { protocol, port, zone }).action;
    for (const port of [443, 81, 2222]) {
      assert.equal(from('overlay-build', 'tcp', port), 'accept');
      assert.equal(from(undefined, 'tcp', port), 'drop');
    }
    assert.equal(from(undefined, 'tcp', 80), 'accept');
    assert.equal(from(undefined, 'udp', 51_820), 'accept');
  });

  test('keeps the zone that the configuration gives its interface', async (t) => {
    const config = await configured(
      t,
      '  edge: {hosts: [web-1], zones: {inner: {interfaces: ["wg-*"]}}, rules: {https: {ports: [443]}}}\n',
    );
    const firewall = firewallOf(config, 'web-1', [], [{ ...network, only: true }])!;
    assert.equal(zoneOf(firewall, 'wg-build').name, 'inner');
    assert.equal(why(firewall, { protocol: 'tcp', port: 443, zone: 'inner' }).action, 'accept');
    assert.equal(why(firewall, { protocol: 'tcp', port: 443 }).action, 'drop');
  });
});
