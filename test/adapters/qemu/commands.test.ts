import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startArgv } from '../../../src/adapters/qemu/commands.ts';

const GUEST = { memory: 1_024, cpus: 1, mac: '52:54:00:00:00:01', tap: 'lan' } as const;

test('a guest with a BIOS boots by the card that it is given, and writes to standard output', () => {
  assert.deepEqual(startArgv({ ...GUEST, firmware: 'bios', fast: false }), [
    'qemu-system-x86_64',
    '-nodefaults',
    '-no-user-config',
    ...['-display', 'none'],
    ...['-vga', 'none'],
    ...['-accel', 'tcg,thread=multi'],
    ...['-machine', 'q35,graphics=off'],
    ...['-cpu', 'Nehalem'],
    ...['-smp', '1'],
    ...['-m', '1024'],
    ...['-device', 'virtio-rng-pci'],
    ...['-netdev', 'tap,id=lan,ifname=lan,script=no,downscript=no'],
    ...['-device', 'virtio-net-pci,netdev=lan,mac=52:54:00:00:00:01'],
    ...['-boot', 'order=n'],
    ...['-chardev', 'stdio,id=console,signal=off'],
    ...['-serial', 'chardev:console'],
  ]);
});

test('a guest with UEFI boots by its firmware, and what that remembers is forgotten', () => {
  const argv = startArgv({ ...GUEST, firmware: 'uefi', fast: true });
  assert.deepEqual(argv.slice(-4), [
    ...['-drive', 'if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd'],
    ...['-drive', 'if=pflash,unit=1,format=raw,snapshot=on,file=/usr/share/OVMF/OVMF_VARS_4M.fd'],
  ]);
  assert.ok(argv.includes('virtio-net-pci,netdev=lan,mac=52:54:00:00:00:01,romfile='));
  assert.deepEqual(argv.slice(argv.indexOf('-accel'), argv.indexOf('-machine')), ['-accel', 'kvm']);
  assert.equal(argv[argv.indexOf('-cpu') + 1], 'host');
});
