import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describe as words } from '../../src/firewall/changes.ts';
import { effective } from '../../src/firewall/effective.ts';
import { Firewall } from '../../src/firewall/firewall.ts';

const rule = (id: string, more: object = {}) => ({ id, owner: id, protocol: 'tcp', ports: [443], ...more });
const firewall = (rules: object[], more: object = {}) => Firewall.parse({ rules, ...more });
const lines = (...rules: object[]) => effective(firewall(rules)).lanes.flatMap(words);
const conflicts = (rules: object[], more: object = {}) =>
  effective(firewall(rules, more)).conflicts.map(({ kind, rule, by }) => `${kind} ${rule.id} by ${by.id}`);

describe('the rules in force', () => {
  it('are sorted, and name everybody who asked', () => {
    assert.deepEqual(
      lines(
        rule('d', { ports: [53], protocol: 'udp' }),
        rule('c', { ports: [22], sources: ['10.0.0.0/8'], limit: { rate: 6, per: 'minute' } }),
        rule('b'),
        rule('a'),
        rule('e', { ports: [25], action: 'drop' }),
        rule('f', { protocol: 'icmp', ports: [] }),
        rule('g', { zones: ['outside'] }),
      ),
      [
        'drop tcp 25 from anywhere (e)',
        'tcp 22 from 10.0.0.0/8, at most 6 a minute each (c)',
        'tcp 443 from anywhere (a, b)',
        'tcp 443 from anywhere in outside (g)',
        'udp 53 from anywhere (d)',
        'ping from anywhere (f)',
      ],
    );
  });

  it('do not depend on the order of declaration', () => {
    const rules = [rule('a', { ports: ['1-9'] }), rule('b', { ports: [5] }), rule('c', { sources: ['::1'] })];
    assert.deepEqual(lines(...rules), lines(...rules.toReversed()));
  });

  it('cut ranges where their owners change, and join what belongs together', () => {
    assert.deepEqual(lines(rule('a', { ports: ['80-90'] }), rule('b', { ports: ['85-100', 101] })), [
      'tcp 80-84 from anywhere (a)',
      'tcp 85-90 from anywhere (a, b)',
      'tcp 91-101 from anywhere (b)',
    ]);
    assert.deepEqual(lines(rule('a', { ports: [1, 2, '2-9', 65_535] })), [
      'tcp 1-9 from anywhere (a)',
      'tcp 65535 from anywhere (a)',
    ]);
    assert.deepEqual(lines(rule('a', { owner: 'x' }), rule('b', { owner: 'x' })), [
      'tcp 443 from anywhere (x)',
    ]);
  });

  it('name what never takes effect', () => {
    const all = rule('all', { action: 'drop', ports: ['1-1000'], sources: ['10.0.0.0/8', '@bad'] });
    const sets = { bad: ['::/1', '8000::/1'] };
    const some = [
      rule('in', { sources: ['10.1.0.0/16', '2001:db8::/32'] }),
      rule('half', { sources: ['10.1.0.0/16', '11.0.0.0/8'] }),
      rule('any'),
      rule('high', { ports: [443, 2000], sources: ['10.1.0.0/16'] }),
      rule('udp', { protocol: 'udp', sources: ['10.1.0.0/16'] }),
      rule('trusted', { sources: ['10.1.0.0/16'], zones: ['lan'] }),
    ];
    const zones = [{ name: 'lan', interfaces: ['br0'], default: 'accept' }];
    assert.deepEqual(conflicts([all, ...some], { sets, zones }), ['never in by all']);
  });

  it('are told also of long address sets', () => {
    const sets = { bad: Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.7`) };
    const all = rule('all', { action: 'drop', ports: ['1-65535'], sources: ['@bad'] });
    const some = Array.from({ length: 1_000 }, (_, i) =>
      rule(`r${i}`, { ports: [i + 1], sources: ['@bad'] }),
    );
    assert.equal(conflicts([all, ...some], { sets }).length, 1_000);
  });

  it('name what is held to the limit of another', () => {
    const slow = rule('slow', { limit: { rate: 1, per: 'second' } });
    assert.deepEqual(conflicts([slow, rule('fast')]), ['limited fast by slow']);
    assert.deepEqual(conflicts([slow, { ...slow, id: 'same' }]), []);
    assert.deepEqual(conflicts([{ ...slow, sources: ['10.0.0.0/8'] }, rule('fast')]), []);
  });
});
