import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reachElements } from '../../../src/adapters/nftables/elements.ts';
import { nftables } from '../../../src/adapters/nftables/nftables.ts';
import { tableOf } from '../../../src/adapters/nftables/ruleset.ts';
import { parseRange } from '../../../src/addresses.ts';
import { CONTAINERS, Firewall, Rule } from '../../../src/firewall/firewall.ts';
import { fakeShell } from '../../fakes/shell.ts';
import { seeded } from '../../seeded.ts';

const rule = (id: string, more: object = {}) => ({
  id,
  owner: 'config',
  protocol: 'tcp',
  ports: [443],
  ...more,
});
const { render } = nftables.open({ shell: fakeShell(), options: { table: 'muster' } });
const withoutMarks = (text: string) => text.replace(/ comment "muster [0-9a-f]{12}"/g, '');

describe('a ruleset', () => {
  it('replaces its own table in one transaction, and names no other', () => {
    const text = render(Firewall.parse({ rules: [rule('a')] }));
    const [add, remove, define, ...rest] = text.split('\n');
    assert.deepEqual(
      [add, remove, define],
      ['add table inet muster', 'delete table inet muster', 'table inet muster {'],
    );
    assert.ok(!rest.some((line) => /table|flush/.test(line)));
    assert.deepEqual(rest.slice(-2), ['}', '']);
  });

  it('asks sets, however many rules there are', () => {
    const many = Array.from({ length: 1_000 }, (_, i) =>
      rule(`r${i}`, { ports: [1_000 + 2 * i], sources: i % 2 ? [] : [`10.${i % 250}.0.0/16`] }),
    );
    const rules = tableOf(Firewall.parse({ rules: many })).chains.flatMap((chain) => chain.rules);
    assert.ok(rules.length < 30, `${rules.length} rules`);
  });

  it('drops first, then what is beyond a limit, and then lets in', () => {
    const chain = tableOf(
      Firewall.parse({
        rules: [
          rule('a'),
          rule('b', { limit: { rate: 6, per: 'minute' } }),
          rule('c', { action: 'drop', sources: ['6.6.6.6'] }),
        ],
      }),
    ).chains.find(({ name }) => name === 'zone_outside_host')!;
    assert.deepEqual(
      chain.rules.map((one) => one.replace(/_limit_[0-9a-f]{12}_/, '_limit_ID_')),
      [
        'ip saddr . meta l4proto . th dport @all_drop_from_4 counter drop',
        'tcp dport { 443 } update @all_limit_ID_4 { ip saddr limit rate over 6/minute burst 5 packets } counter drop',
        'tcp dport { 443 } update @all_limit_ID_6 { ip6 saddr and ffff:ffff:ffff:ffff:: limit rate over 6/minute burst 5 packets } counter drop',
        'tcp dport @all_accept_tcp accept',
        'counter drop',
      ],
    );
  });

  it('sends each interface to its zone', () => {
    const chain = tableOf(
      Firewall.parse({ zones: [CONTAINERS, { name: 'over-lay', interfaces: ['wg0', 'zt*'] }] }),
    ).chains.at(-1)!;
    assert.deepEqual(chain.hook, { priority: -150, policy: 'drop' });
    assert.deepEqual(chain.rules.slice(-6), [
      'iifname vmap { "docker0" : goto zone_containers, "docker_gwbridge" : goto zone_containers, "incusbr0" : goto zone_containers, "lxcbr0" : goto zone_containers, "lxdbr0" : goto zone_containers, "wg0" : goto zone_over__lay }',
      'iifname "virbr*" goto zone_containers',
      'iifname "mst-*" goto zone_containers',
      'iifname "br-*" goto zone_containers',
      'iifname "zt*" goto zone_over__lay',
      'goto zone_outside',
    ]);
  });

  it('has nothing in it that a stranger wrote', () => {
    const told = { owner: 'container/HOSTILE', comment: '"; flush ruleset; { HOSTILE } \\' };
    const text = render(
      Firewall.parse({ rules: [rule('HOSTILE', { ...told, limit: { rate: 1, per: 'hour' } })] }),
    );
    assert.ok(!/HOSTILE|flush/.test(text));
    assert.match(withoutMarks(text), /^[ -~\n]*$/);
  });

  it('gives no two sets one name', () => {
    const many = Array.from({ length: 20 }, (_, i) => `10.0.${2 * i}.0/24`);
    const { sets } = tableOf(
      Firewall.parse({
        zones: [
          { name: 'x', interfaces: ['a0'] },
          { name: 'x-accept-at-y', interfaces: ['a1'] },
          { name: 'x-host', interfaces: ['a2'] },
        ],
        sets: { y: many, 'y-accept-tcp': many, 'y-4': many },
        rules: [
          rule('a'),
          rule('b', {
            sources: ['@y', '@y-accept-tcp', '@y-4'],
            zones: ['outside', 'x', 'x-accept-at-y', 'x-host'],
          }),
        ],
      }),
    );
    assert.equal(new Set(sets.map(({ name }) => name)).size, sets.length);
  });
});

describe('elements of addresses and ports', () => {
  const chance = seeded(4);
  const random = () =>
    Array.from({ length: 1 + chance.below(12) }, () => {
      const first = 1 + chance.below(30);
      const from = chance.below(30);
      return {
        rule: Rule.parse(rule('r', { ports: [`${first}-${first + chance.below(10)}`] })),
        ranges: [parseRange(`10.0.0.${from}-10.0.0.${from + chance.below(10)}`)!],
      };
    });
  const inside = (address: number, port: number) => (element: string) => {
    const [addresses, , ports] = element.split(' . ');
    const { first, last } = parseRange(addresses!)!;
    const [low, high = low] = ports!.split('-').map(Number);
    const value = (10n << 24n) + BigInt(address);
    return first <= value && value <= last && low! <= port && port <= high!;
  };

  it('hold just what the rules say, each only once', () => {
    for (let round = 0; round < 20; round += 1) {
      const reaches = random();
      const elements = reachElements(reaches, 4);
      for (let address = 0; address < 42; address += 1)
        for (let port = 1; port < 42; port += 1) {
          const said = reaches.some(({ rule: { ports }, ranges: [range] }) => {
            const [low, high = low] = ports[0]!.split('-').map(Number);
            const value = (10n << 24n) + BigInt(address);
            return range!.first <= value && value <= range!.last && low! <= port && port <= high!;
          });
          assert.equal(elements.filter(inside(address, port)).length, said ? 1 : 0);
        }
    }
  });
});
