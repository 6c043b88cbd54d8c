/** What a machine is given, as cloud-init wants it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { cloudDocument, DOCUMENTS, instanceId } from '../../../../src/hubs/boot/given/cloud-init.ts';
import type { Given } from '../../../../src/hubs/boot/given/given.ts';

const TOKEN = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6';
const BOOT = { token: TOKEN, url: `http://10.77.0.1:8080/v1/boots/${TOKEN}`, mac: '52:54:00:12:34:56' };
const GIVEN: Given = {
  machine: 'node-7',
  hostKey: { private: 'PRIVATE\nKEY\n', public: 'ssh-ed25519 AAAA' },
  logins: [
    { user: 'root', keys: ['ssh-ed25519 AAAA reem'] },
    { user: 'kim', keys: [] },
  ],
  files: [{ file: 'motd', path: '/etc/motd', text: 'ä: "x"\u007f\n', mode: '0640', owner: 'kim' }],
  services: ['nginx.service'],
  notes: [],
};
const document = (name: string, given: Given = GIVEN, boot: object = {}) =>
  parse(cloudDocument(given, { ...BOOT, ...boot }, name) ?? '');

describe('the documents of cloud-init', () => {
  test('are YAML, and there are no others', () => {
    for (const name of DOCUMENTS) assert.equal(typeof document(name), 'object', name);
    for (const name of ['', 'meta-data/', '../x', '__proto__', 'constructor'])
      assert.equal(cloudDocument(GIVEN, BOOT, name), undefined);
  });

  test('name a boot without telling its token', () => {
    assert.deepEqual(document('meta-data'), {
      'instance-id': instanceId(TOKEN),
      'local-hostname': 'node-7',
    });
    assert.match(instanceId(TOKEN), /^i-[0-9a-f]{17}$/);
    assert.notEqual(instanceId(TOKEN), instanceId(`${TOKEN}x`));
  });

  test('have the host key, who may log in, files and services', () => {
    const text = cloudDocument(GIVEN, BOOT, 'user-data') ?? '';
    assert.ok(text.startsWith('#cloud-config\n'));
    // PyYAML takes nothing that cannot be seen.
    assert.doesNotMatch(text, /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd]/);
    const data = parse(text);
    assert.equal(data.hostname, 'node-7');
    assert.deepEqual(data.ssh_keys, {
      ed25519_private: 'PRIVATE\nKEY\n',
      ed25519_public: 'ssh-ed25519 AAAA node-7',
    });
    assert.deepEqual(data.users, [
      { name: 'root', ssh_authorized_keys: ['ssh-ed25519 AAAA reem'] },
      { name: 'kim', shell: '/bin/bash', lock_passwd: true },
    ]);
    assert.equal(data.disable_root, false);
    const files: { path: string; content: string; owner: string; permissions: string }[] = data.write_files;
    assert.deepEqual(
      files.map(({ path }) => path),
      ['/etc/hosts', '/etc/motd'],
    );
    assert.equal(Buffer.from(files[1]?.content ?? '', 'base64').toString(), 'ä: "x"\u007f\n');
    assert.equal(files[1]?.owner, 'kim:root');
    assert.equal(files[1]?.permissions, '0640');
    const [reload, start, tell] = data.runcmd;
    assert.deepEqual(reload, ['systemctl', 'daemon-reload']);
    assert.deepEqual(start.slice(3), [`${BOOT.url}/events`, 'nginx.service']);
    assert.deepEqual(tell.slice(3), [`${BOOT.url}/events`]);
  });

  test('have an address by DHCP, or the fixed one', () => {
    assert.deepEqual(document('network-config').ethernets.boot, {
      match: { macaddress: BOOT.mac },
      dhcp4: true,
    });
    assert.deepEqual(document('network-config', GIVEN, { mac: undefined }).ethernets.boot.match, {
      name: 'e*',
    });
    const network = { mac: BOOT.mac, address: '10.77.0.7/24', router: '10.77.0.1', dns: ['9.9.9.9'] };
    assert.deepEqual(document('network-config', { ...GIVEN, network }), {
      version: 2,
      ethernets: {
        boot: {
          match: { macaddress: BOOT.mac },
          addresses: ['10.77.0.7/24'],
          routes: [{ to: '0.0.0.0/0', via: '10.77.0.1' }],
          nameservers: { addresses: ['9.9.9.9'] },
        },
      },
    });
  });
});
