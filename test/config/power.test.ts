import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Power } from '../../src/config/machines.ts';

const login = { user: 'muster', password: 'env:BMC' };

describe('the power of a machine', () => {
  const WRONG: [what: string, power: Record<string, unknown>][] = [
    ['an option for an address', { kind: 'ipmi', address: '-oProxyCommand=x', ...login }],
    ['a user with a second line', { kind: 'ipmi', address: '10.0.0.5', ...login, user: 'a\nb' }],
    ['a user with a colon', { kind: 'redfish', address: 'https://10.0.0.5', ...login, user: 'a:b' }],
    ['no encryption', { kind: 'redfish', address: 'http://10.0.0.5', ...login }],
    ['a file', { kind: 'redfish', address: 'file:///etc/shadow', ...login }],
    ['a password in the address', { kind: 'redfish', address: 'https://a:b@10.0.0.5', ...login }],
    ['a path in the address', { kind: 'redfish', address: 'https://10.0.0.5/redfish', ...login }],
    [
      'a key that is none',
      { kind: 'redfish', address: 'https://10.0.0.5', ...login, certificate: 'SHA256:x' },
    ],
    ['a domain that is an option', { kind: 'libvirt', on: 'big-1', domain: '--all' }],
    ['a program that is an option', { kind: 'command', onArgv: ['-c'], offArgv: ['off'] }],
    ['no program', { kind: 'command', onArgv: [], offArgv: ['off'] }],
  ];
  for (const [what, power] of WRONG)
    it(`is never ${what}`, () => assert.equal(Power.safeParse(power).success, false));

  it('may be any of the five', () => {
    const powers = [
      { kind: 'ipmi', address: 'bmc-7.example.org', ...login },
      {
        kind: 'redfish',
        address: 'https://10.0.0.5:8443',
        ...login,
        certificate: `SHA256:${'A'.repeat(43)}`,
      },
      { kind: 'wake' },
      { kind: 'libvirt', on: 'big-1', domain: 'old_vm.2' },
      { kind: 'command', onArgv: ['/usr/local/bin/relay', '--on', '7'], offArgv: ['relay', 'off'] },
    ];
    for (const power of powers) assert.equal(Power.safeParse(power).success, true, power.kind);
  });
});
