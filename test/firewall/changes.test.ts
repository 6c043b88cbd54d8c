import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { diff } from '../../src/firewall/changes.ts';
import { Firewall } from '../../src/firewall/firewall.ts';
import { speak } from '../../src/messages/messages.ts';

const rule = (id: string, more: object = {}) => ({ id, owner: id, protocol: 'tcp', ports: [443], ...more });
const rules = (...all: object[]) => Firewall.parse({ rules: all });

describe('a change of a firewall', () => {
  afterEach(() => speak('en'));

  it('is what is opened and closed, and by whom', () => {
    assert.deepEqual(diff(rules(rule('config', { ports: [22] })), rules(rule('app/shop'))), [
      '- tcp 22 from anywhere (config)',
      '+ tcp 443 from anywhere (app/shop)',
    ]);
  });

  it('is nothing where others ask for the same', () => {
    const before = rules(rule('a', { ports: ['80-90'] }), rule('b', { ports: ['85-100'] }));
    assert.deepEqual(diff(before, before), []);
    assert.deepEqual(diff(before, rules(rule('c', { ports: ['80-100'] }))), []);
  });

  it('is only the ports that change', () => {
    const before = rules(rule('a', { ports: ['80-90'] }));
    assert.deepEqual(diff(before, rules(rule('a', { ports: ['80-84', '86-95'] }))), [
      '- tcp 85 from anywhere (a)',
      '+ tcp 91-95 from anywhere (a)',
    ]);
  });

  it('is a limit, a zone, an address set or a default, too', () => {
    const before = Firewall.parse({
      zones: [{ name: 'lan', interfaces: ['br0'] }],
      sets: { office: ['10.0.0.0/8'] },
      rules: [rule('a')],
    });
    const after = Firewall.parse({
      default: 'accept',
      zones: [{ name: 'lan', interfaces: ['br1'], default: 'accept' }],
      sets: { office: ['11.0.0.0/8'] },
      rules: [rule('a', { limit: { rate: 6, per: 'minute' } })],
    });
    assert.deepEqual(diff(before, after), [
      '- zone lan drops all else',
      '- br0 is in zone lan',
      '- zone outside drops all else',
      '+ zone lan accepts all else',
      '+ br1 is in zone lan',
      '+ zone outside accepts all else',
      '- 10.0.0.0/8 is in @office',
      '+ 11.0.0.0/8 is in @office',
      '- tcp 443 from anywhere (a)',
      '+ tcp 443 from anywhere, at most 6 a minute each (a)',
    ]);
  });

  it('is told in Finnish', () => {
    speak('fi');
    assert.deepEqual(diff(rules(rule('app/shop')), rules(rule('a', { protocol: 'icmp', ports: [] }))), [
      '- tcp 443 mistä tahansa (app/shop)',
      '+ ping mistä tahansa (a)',
    ]);
  });
});
