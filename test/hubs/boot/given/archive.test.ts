/** What a machine is given, as an archive: exactly what, in which mode, and what the machine is to do with it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MusterError } from '../../../../src/errors.ts';
import { givenArchive, PLAN } from '../../../../src/hubs/boot/given/archive.ts';
import type { Given } from '../../../../src/hubs/boot/given/given.ts';
import { planOf } from '../../../../src/hubs/boot/given/plan.ts';
import { listed, planWords } from '../../../tar.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== reem@github.com';
export const GIVEN: Given = {
  machine: 'node-7',
  hostKey: { private: 'PRIVATE\n', public: 'ssh-ed25519 AAAA' },
  logins: [],
  files: [],
  services: [],
  notes: [],
};
const file = (path: string, more: object = {}) => ({
  ...{ file: 'motd', path, text: 'hello\n', mode: '0640' },
  ...more,
});
const modes = (given: Given) =>
  Object.fromEntries([...listed(givenArchive(given, 0))].map(([path, { mode }]) => [path, mode]));

describe('the archive of a machine', () => {
  test('has its name, its host key and a plan; nobody but root reads what is secret', () => {
    const archive = listed(givenArchive(GIVEN, 0));
    assert.deepEqual(modes(GIVEN), {
      'etc/hostname': '-rw-r--r--',
      'etc/hosts': '-rw-r--r--',
      'etc/ssh/ssh_host_ed25519_key': '-rw-------',
      'etc/ssh/ssh_host_ed25519_key.pub': '-rw-r--r--',
      'run/muster/boot/': 'drwx------',
      [PLAN]: '-rw-------',
    });
    assert.equal(archive.get('etc/hostname')?.text, 'node-7\n');
    assert.match(archive.get('etc/hosts')?.text ?? '', /^127\.0\.0\.1\tlocalhost\n127\.0\.1\.1\tnode-7\n/);
    assert.equal(archive.get('etc/ssh/ssh_host_ed25519_key')?.text, 'PRIVATE\n');
    assert.equal(archive.get('etc/ssh/ssh_host_ed25519_key.pub')?.text, 'ssh-ed25519 AAAA node-7\n');
    assert.equal(archive.get(PLAN)?.text, 'hostname node-7\n');
  });

  test('has a fixed address where it has one, for the card that it booted from', () => {
    const network = {
      mac: '52:54:00:12:34:56',
      address: '10.77.0.7/24',
      router: '10.77.0.1',
      dns: ['10.77.0.2', '9.9.9.9'],
    };
    const archive = listed(givenArchive({ ...GIVEN, network }, 0));
    assert.equal(
      archive.get('etc/systemd/network/10-muster.network')?.text,
      '[Match]\nMACAddress=52:54:00:12:34:56\n\n[Network]\nAddress=10.77.0.7/24\nGateway=10.77.0.1\nDNS=10.77.0.2\nDNS=9.9.9.9\n',
    );
    assert.equal(archive.get('etc/resolv.conf')?.text, 'nameserver 10.77.0.2\nnameserver 9.9.9.9\n');
    assert.match(archive.get('etc/hosts')?.text ?? '', /^10\.77\.0\.7\tnode-7$/m);
    assert.deepEqual(planWords(archive.get(PLAN)?.text ?? ''), [['hostname', 'node-7'], ['reload-network']]);
    const bare = listed(givenArchive({ ...GIVEN, network: { ...network, router: undefined, dns: [] } }, 0));
    assert.equal(bare.has('etc/resolv.conf'), false);
  });

  test('lets those in whose keys are known; the files of a user are the user’s', () => {
    const logins = [
      { user: 'root', keys: [KEY] },
      { user: 'kim', keys: [KEY, KEY.replace('reem', 'kim')] },
      { user: 'nobody-yet', keys: [] },
    ];
    const archive = listed(givenArchive({ ...GIVEN, logins }, 0));
    assert.equal(archive.get('root/.ssh/')?.mode, 'drwx------');
    assert.equal(archive.get('root/.ssh/authorized_keys')?.mode, '-rw-------');
    assert.equal(archive.get('home/kim/.ssh/')?.mode, 'drwx------');
    const lines = archive.get('home/kim/.ssh/authorized_keys')?.text.trimEnd().split('\n') ?? [];
    assert.match(lines[0] ?? '', /^# BEGIN muster/);
    assert.deepEqual(lines.slice(1, -1), [KEY, KEY.replace('reem', 'kim')]);
    assert.match(lines.at(-1) ?? '', /^# END muster/);
    assert.ok(![...archive.keys()].some((path) => path.startsWith('home/nobody-yet')));
    assert.deepEqual(planWords(archive.get(PLAN)?.text ?? ''), [
      ['hostname', 'node-7'],
      ['user', 'kim'],
      ['user', 'nobody-yet'],
      ['owner', '/home/kim/.ssh', 'kim', 'kim', '0700'],
      ['owner', '/home/kim/.ssh/authorized_keys', 'kim', 'kim', '0600'],
    ]);
  });

  test('has the files of its profile; one of those that every machine gets counts instead', () => {
    const files = [
      file('/etc/motd'),
      file('/etc/hosts', { text: 'own\n' }),
      file('/srv/db.conf', { mode: '0400', owner: 'postgres' }),
      file(`/srv/${'long/'.repeat(60)}x`, { group: 'adm' }),
    ];
    const archive = listed(givenArchive({ ...GIVEN, files, services: ['postgresql', 'nginx.service'] }, 0));
    assert.deepEqual(archive.get('etc/motd'), { mode: '-rw-r-----', text: 'hello\n' });
    assert.equal(archive.get('etc/hosts')?.text, 'own\n');
    assert.equal(archive.get('srv/db.conf')?.mode, '-r--------');
    assert.equal(archive.get(`srv/${'long/'.repeat(60)}x`)?.text, 'hello\n');
    assert.deepEqual(planWords(archive.get(PLAN)?.text ?? '').slice(1), [
      ['owner', '/srv/db.conf', 'postgres', 'root', '0400'],
      ['owner', `/srv/${'long/'.repeat(60)}x`, 'root', 'adm', '0640'],
      ['start', 'postgresql'],
      ['start', 'nginx.service'],
    ]);
  });

  test('does not let a file take the place of what is Muster’s', () => {
    const logins = [{ user: 'root', keys: [KEY] }];
    for (const path of [
      '/etc/ssh/ssh_host_ed25519_key',
      '/etc/ssh/ssh_host_ed25519_key.pub',
      '/root/.ssh/authorized_keys',
      '/run/muster/boot/plan',
      '/run/muster/boot/token',
    ])
      assert.throws(
        () => givenArchive({ ...GIVEN, logins, files: [file(path)] }, 0),
        (error) =>
          error instanceof MusterError && error.code === 'machine.reserved' && error.facts.path === path,
      );
  });
});

describe('the plan of a machine', () => {
  test('keeps whatever is in a name one word of one line', () => {
    const odd = 'ä b\n\tstart x;$(id)`id`\'"\\%00\0\r\u2028 *!()~ \ud800';
    const plan = planOf({ ...GIVEN, notes: [odd], files: [file(`/srv/${odd}`, { owner: 'kim' })] });
    const lines = plan.split('\n');
    assert.equal(lines.length, 4);
    assert.match(lines[1] ?? '', /^owner [A-Za-z0-9%._~-]+ kim root 0640$/);
    assert.match(lines[2] ?? '', /^report [A-Za-z0-9%._~-]+$/);
    assert.equal(planWords(plan)[2]?.[1], Buffer.from(odd).toString());
  });
});
