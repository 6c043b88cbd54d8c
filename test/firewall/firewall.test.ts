import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTAINERS, Firewall, zoneOf } from '../../src/firewall/firewall.ts';

const rule = { id: 'web', owner: 'app/shop', protocol: 'tcp', ports: [443] };
const problems = (value: object) => {
  const parsed = Firewall.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
};

describe('a firewall', () => {
  it('drops what nothing declares, and is the same when it is read again', () => {
    assert.deepEqual(Firewall.parse({}), { default: 'drop', zones: [], sets: {}, rules: [] });
    const first = Firewall.parse({
      zones: [CONTAINERS],
      sets: { office: ['10.1.2.3/8', '2001:DB8::/32'] },
      rules: [
        { ...rule, ports: [443, '8000-8010'], sources: ['@office', '10.0.0.7/32'], comment: 'the shop' },
        { ...rule, id: 'ssh', limit: { rate: 6, per: 'minute' } },
      ],
    });
    assert.deepEqual(first.rules[0]!.ports, ['443', '8000-8010']);
    assert.deepEqual(first.rules[0]!.sources, ['@office', '10.0.0.7']);
    assert.deepEqual(Firewall.parse(JSON.parse(JSON.stringify(first))), first);
  });

  it('refuses what means nothing, or two things', () => {
    const rules = (...more: object[]) => problems({ rules: more.map((one) => ({ ...rule, ...one })) });
    assert.deepEqual(rules({}), []);
    assert.deepEqual(rules({ ports: [0] }), ['rules.0.ports.0']);
    assert.deepEqual(rules({ ports: [65_536] }), ['rules.0.ports.0']);
    assert.deepEqual(rules({ ports: ['9-1'] }), ['rules.0.ports.0']);
    assert.deepEqual(rules({ ports: [1.5] }), ['rules.0.ports.0']);
    assert.deepEqual(rules({ ports: ['ssh'] }), ['rules.0.ports.0']);
    assert.deepEqual(rules({ ports: [] }), ['rules.0.ports']);
    assert.deepEqual(rules({ protocol: 'icmp' }), ['rules.0.ports']);
    assert.deepEqual(rules({ protocol: 'gre' }), ['rules.0.protocol']);
    assert.deepEqual(rules({ sources: ['@office'] }), ['rules.0.sources']);
    assert.deepEqual(rules({ sources: ['@constructor'] }), ['rules.0.sources']);
    assert.deepEqual(rules({ zones: ['overlay'] }), ['rules.0.zones']);
    assert.deepEqual(rules({}, {}), ['rules.1.id']);
    assert.deepEqual(rules({ action: 'drop', limit: { rate: 1, per: 'hour' } }), ['rules.0.limit']);
    assert.deepEqual(rules({ limit: { rate: 0, per: 'hour' } }), ['rules.0.limit.rate']);
    assert.deepEqual(rules({ more: 1 }), ['rules.0']);
    const zones = (...more: object[]) => problems({ zones: more });
    assert.deepEqual(zones({ name: 'outside', interfaces: [] }), ['zones.0.name']);
    assert.deepEqual(zones({ name: 'a', interfaces: ['lo'] }), ['zones.0.interfaces']);
    assert.deepEqual(zones({ name: 'a', interfaces: ['e0'] }, { name: 'b', interfaces: ['e0'] }), [
      'zones.1.interfaces',
    ]);
  });

  it('refuses what could say something to a packet filter', () => {
    const hostile = [
      ...['"', 'a"; flush ruleset; "', 'a\nflush ruleset', "a'", 'a;b', 'a{b', 'a}b', 'a b', '$(id)', '`id`'],
      ...['-h', '--file', '@', '@a b', '#a', 'a\\', 'a\0b', '../a', 'ä', '\u202eabc', 'x'.repeat(500), ''],
    ];
    for (const text of hostile) {
      const said = JSON.stringify(text);
      assert.notDeepEqual(problems({ zones: [{ name: text, interfaces: [] }] }), [], said);
      assert.notDeepEqual(problems({ zones: [{ name: 'a', interfaces: [text] }] }), [], said);
      assert.notDeepEqual(problems({ zones: [{ name: 'a', interfaces: [`${text}*`] }] }), [], said);
      assert.notDeepEqual(problems({ sets: { [text]: [] } }), [], said);
      assert.notDeepEqual(problems({ sets: { a: [text] } }), [], said);
      assert.notDeepEqual(problems({ rules: [{ ...rule, ports: [text] }] }), [], said);
      assert.notDeepEqual(problems({ rules: [{ ...rule, sources: [text] }] }), [], said);
      assert.notDeepEqual(problems({ rules: [{ ...rule, zones: [text] }] }), [], said);
      assert.notDeepEqual(problems({ rules: [{ ...rule, id: text }] }), [], said);
      assert.notDeepEqual(problems({ rules: [{ ...rule, owner: text }] }), [], said);
    }
  });

  it('knows the zone of an interface: its whole name first, then the longest beginning', () => {
    const firewall = Firewall.parse({
      zones: [CONTAINERS, { name: 'lan', interfaces: ['br-lan', 'br-l*'] }],
    });
    const zone = (name: string) => zoneOf(firewall, name).name;
    assert.deepEqual(['br-lan', 'br-lab', 'br-0123456789ab', 'docker0', 'docker1', 'eth0'].map(zone), [
      ...['lan', 'lan', 'containers', 'containers', 'outside', 'outside'],
    ]);
  });
});
