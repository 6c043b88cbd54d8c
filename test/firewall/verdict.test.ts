import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Firewall } from '../../src/firewall/firewall.ts';
import { type Packet, why } from '../../src/firewall/verdict.ts';

const firewall = Firewall.parse({
  zones: [
    { name: 'overlay', interfaces: ['wg0'] },
    { name: 'containers', interfaces: ['docker0'], default: 'accept' },
  ],
  sets: { office: ['10.1.0.0/16', '2001:db8::/32'] },
  rules: [
    { id: 'web', owner: 'app/shop', protocol: 'tcp', ports: [443] },
    { id: 'web-slow', owner: 'config', protocol: 'tcp', ports: ['400-500'], limit: { rate: 1, per: 'hour' } },
    { id: 'bad', owner: 'config', protocol: 'tcp', ports: ['1-65535'], sources: ['6.6.6.6'], action: 'drop' },
    { id: 'ssh', owner: 'config', protocol: 'tcp', ports: [22], sources: ['@office'] },
    { id: 'ssh-overlay', owner: 'config', protocol: 'tcp', ports: [22], zones: ['overlay'] },
    { id: 'ping', owner: 'config', protocol: 'icmp' },
    { id: 'no', owner: 'config', protocol: 'udp', ports: [53], zones: ['containers'], action: 'drop' },
  ],
});
const verdict = (packet: Packet) => {
  const { action, rule, zone, limits } = why(firewall, packet);
  return [action, rule?.id ?? `default of ${zone.name}`, ...limits.map(({ id }) => `limited by ${id}`)].join(
    ', ',
  );
};

describe('why something is let in or not', () => {
  it('is the rule that decides', () => {
    assert.equal(verdict({ protocol: 'tcp', port: 443 }), 'accept, web-slow, limited by web-slow');
    assert.equal(verdict({ protocol: 'tcp', port: 443, source: '6.6.6.6' }), 'drop, bad');
    assert.equal(verdict({ protocol: 'tcp', port: 22, source: '10.1.2.3' }), 'accept, ssh');
    assert.equal(verdict({ protocol: 'tcp', port: 22, source: '2001:db8::9' }), 'accept, ssh');
    assert.equal(verdict({ protocol: 'tcp', port: 22, zone: 'overlay' }), 'accept, ssh-overlay');
    assert.equal(verdict({ protocol: 'icmp', source: '9.9.9.9' }), 'accept, ping');
    assert.equal(verdict({ protocol: 'udp', port: 53, zone: 'containers' }), 'drop, no');
  });

  it('is the default of its zone where no rule does', () => {
    assert.equal(verdict({ protocol: 'tcp', port: 22, source: '10.2.0.1' }), 'drop, default of outside');
    assert.equal(verdict({ protocol: 'tcp', port: 22 }), 'drop, default of outside');
    assert.equal(verdict({ protocol: 'udp', port: 443 }), 'drop, default of outside');
    // Rules for what comes from outside say nothing of zones that accept.
    assert.equal(
      verdict({ protocol: 'tcp', port: 9, source: '6.6.6.6', zone: 'containers' }),
      'accept, default of containers',
    );
  });

  it('is refused for what does not exist', () => {
    assert.throws(() => verdict({ protocol: 'tcp', port: 1, zone: 'moon' }), RangeError);
    assert.throws(() => verdict({ protocol: 'tcp', port: 1, source: 'moon' }), RangeError);
  });
});
