import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  complaintIn,
  parseDomains,
  parseNames,
  parseState,
  parseVolumes,
  virsh,
} from '../../../src/adapters/libvirt/commands.ts';
import {
  bootsFromNetwork,
  type Domain,
  domainXml,
  escaped,
  networkXml,
  ownerIn,
} from '../../../src/adapters/libvirt/definitions.ts';
import { libvirt } from '../../../src/adapters/libvirt/libvirt.ts';
import { fakeShell } from '../../fakes/shell.ts';

const UUID = '0e2c8f5a-3b1d-8f21-a9c4-5d6e7f809112';
const domain: Domain = {
  ...{ machine: 'node-9', run: 'r-1', uuid: UUID, mac: '52:54:00:12:34:56', memory: 2e9, cpus: 2 },
  ...{ firmware: 'uefi', type: 'qemu', network: 'lab', console: '/r/vms/node-9/console.log' },
};

describe('the command line of virsh', () => {
  const lines = virsh('qemu:///system');

  it('takes no value for an option', () => {
    assert.deepEqual(lines.start(UUID), [
      'virsh',
      '--connect=qemu:///system',
      '--quiet',
      'start',
      `--domain=${UUID}`,
    ]);
    assert.deepEqual(lines.createVolume('muster', 'node-9.img', 1e9).slice(3), [
      ...[
        'vol-create-as',
        '--pool=muster',
        '--name=node-9.img',
        '--capacity=1000000000',
        '--allocation=0',
        '--format=raw',
      ],
    ]);
  });
});

describe('what virsh prints', () => {
  it('is read by columns, whatever a domain is called', () => {
    assert.deepEqual(
      parseDomains(`${UUID} node-9\n${UUID.replace('0e', '1e')} 7   \n\nnonsense\n`),
      new Map([
        ['node-9', UUID],
        ['7', UUID.replace('0e', '1e')],
      ]),
    );
    assert.deepEqual(parseNames(' default\n\n lab \n'), ['default', 'lab']);
    assert.deepEqual(parseVolumes(' node-9.img   /var/lib/libvirt/muster/node-9.img\n'), ['node-9.img']);
  });

  it('says how a domain stands', () => {
    assert.deepEqual(['running', 'paused', 'shut off', 'crashed', 'no state'].map(parseState), [
      'on',
      'on',
      'off',
      'off',
      'unknown',
    ]);
  });

  it('says in its last line why not', () => {
    assert.equal(
      complaintIn(["error: Failed to start domain 'a'", 'error: Network not found', '']),
      'Network not found',
    );
  });
});

describe('the definition of a domain', () => {
  it('asks the network first and keeps what is said on the serial line', () => {
    const xml = domainXml({ ...domain, disk: '/pool/node-9.img' });
    assert.equal(bootsFromNetwork(xml), true);
    assert.match(xml, /<log file='\/r\/vms\/node-9\/console\.log' append='on'\/>/);
    assert.match(xml, /<source file='\/pool\/node-9\.img'\/>/);
    assert.deepEqual(ownerIn(xml.slice(xml.indexOf('<muster'))), { machine: 'node-9', run: 'r-1' });
  });

  it('has no firmware that wants signatures, and speaks on the serial line by BIOS, too', () => {
    assert.match(domainXml(domain), /<os firmware='efi'>[\s\S]*enabled='no' name='secure-boot'/);
    assert.match(domainXml({ ...domain, firmware: 'bios' }), /<bios useserial='yes'\/>/);
  });

  it('is not led astray by what stands in a name', () => {
    const hostile = `'/><disk type="file">&<!--`;
    assert.ok(!domainXml({ ...domain, network: hostile, console: hostile }).includes('<disk'));
    assert.equal(escaped(`<'">&`), '&lt;&apos;&quot;&gt;&amp;');
    assert.throws(() => escaped('a\0b'), TypeError);
    assert.throws(() => escaped('a\ud800'), TypeError);
  });

  it('is read for what comes first, whoever wrote it', () => {
    assert.equal(bootsFromNetwork("<os><boot dev='hd'/><boot dev='network'/></os>"), false);
    assert.equal(
      bootsFromNetwork(
        "<disk><boot order='2'/></disk><interface type='bridge'><mac/><boot order='1'/></interface>",
      ),
      true,
    );
    assert.equal(
      bootsFromNetwork("<interface type='bridge'><mac/></interface><disk><boot order='1'/></disk>"),
      false,
    );
  });

  it('belongs to nobody where its mark is not one of ours', () => {
    assert.equal(ownerIn('<machine name="node-9"/>'), undefined);
    assert.equal(ownerIn('<machine name="a b" run="r-1"/>'), undefined);
  });
});

describe('the definition of a network', () => {
  it('has nobody give out addresses but the boot server', () => {
    const xml = networkXml('lab', { kind: 'isolated', address: '10.99.0.1/24', device: 'lab0' });
    assert.match(xml, /<dns enable='no'\/>\n {2}<ip address='10\.99\.0\.1' prefix='24'\/>/);
    assert.doesNotMatch(xml, /dhcp|forward/);
    assert.match(networkXml('out', { kind: 'nat', address: '10.98.0.1/24' }), /<forward mode='nat'\/>/);
    assert.match(
      networkXml('lan', { kind: 'bridge', device: 'br0' }),
      /<forward mode='bridge'\/>\n {2}<bridge name='br0'\/>/,
    );
  });
});

describe('a libvirt that does not answer', () => {
  it('is told apart from one that refuses', async () => {
    const stderr =
      'error: failed to connect to the hypervisor\nerror: Failed to connect socket: No such file or directory\n';
    const shell = fakeShell({ host: 'big-1', programs: () => ({ code: 1, stderr }) });
    const open = libvirt.open({ shell, options: libvirt.options.parse({}) });
    await assert.rejects(open.domains(), {
      code: 'vm.nolibvirt',
      message: 'libvirt on big-1 does not answer: Failed to connect socket: No such file or directory',
    });
  });

  it('is looked for nowhere but on its host', () => {
    for (const uri of ['qemu+ssh://evil/system', 'qemu:///system?command=/bin/sh', 'test:///default'])
      assert.equal(libvirt.options.safeParse({ uri }).success, false, uri);
  });
});
