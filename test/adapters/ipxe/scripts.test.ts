/** Scripts of iPXE: what is in them, and what never gets in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firmwareOf } from '../../../src/adapters/ipxe/firmware.ts';
import { firstScript } from '../../../src/adapters/ipxe/first.ts';
import { imageScript, localScript, refusalScript, waitScript } from '../../../src/adapters/ipxe/scripts.ts';
import { shown, words } from '../../../src/adapters/ipxe/words.ts';
import type { Asking, Bootable } from '../../../src/boot.ts';

const BASE = 'http://10.77.0.1:8080';
const ASKING: Asking = { mac: '52:54:00:12:34:56', firmware: 'bios', address: '10.77.0.9', serial: 'a & b' };
const [KERNEL, INITRD, ROOT] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string];
const TOKEN = 'a'.repeat(32);
const BOOTABLE: Bootable = {
  version: 'live@2026-11-21.1',
  kernel: { sha256: KERNEL, bytes: 1 },
  initrd: { sha256: INITRD, bytes: 2 },
  root: { sha256: ROOT, bytes: 3 },
  format: 'squashfs',
  kernelLine: 'console=ttyS0  quiet',
};
const place = { base: BASE, asking: ASKING, title: 'Muster käynnistää' };
const AGAIN = `chain --replace --autofree ${BASE}/v1/script?mac=52-54-00-12-34-56&uuid=&serial=a+%26+b&buildarch=i386&platform=pcbios ||`;

/** A transfer that got stuck goes well the next time. */
const again = (stage: string) => [
  ...['inc tries', 'iseq $'.concat('{tries} 3 && goto failed ||'), 'sleep 2', `goto ${stage}`],
  `:has-${stage}`,
];

test('an image is booted with all that its initramfs has to know, and a failure is told before it is asked again', () => {
  const lines = imageScript(place, { token: TOKEN, bootable: BOOTABLE, discover: false }).split('\n');
  assert.deepEqual(lines.slice(0, 21), [
    '#!ipxe',
    'echo Muster kaynnistaa',
    'set stage kernel',
    'set tries:int32 0',
    ':kernel',
    [
      `kernel ${BASE}/blobs/${KERNEL}?b=${TOKEN}&p=kernel initrd=initrd.img boot=muster`,
      `muster.root=${BASE}/blobs/${ROOT}?b=${TOKEN}&p=root muster.sha256=${ROOT} muster.bytes=3 muster.format=squashfs`,
      `muster.boot=${BASE}/v1/boots/${TOKEN} BOOTIF=01-52-54-00-12-34-56 panic=10 ip=dhcp console=ttyS0 quiet && goto has-kernel ||`,
    ].join(' '),
    ...again('kernel'),
    'set stage initrd',
    'set tries:int32 0',
    ':initrd',
    `initrd --name initrd.img ${BASE}/blobs/${INITRD}?b=${TOKEN}&p=initrd && goto has-initrd ||`,
    ...again('initrd'),
    'set stage exec',
  ]);
  assert.ok(lines.includes(`imgfetch --name failed ${BASE}/v1/boots/${TOKEN}/failed?stage=\${stage} ||`));
  assert.ok(lines.indexOf(':failed') < lines.indexOf(AGAIN));
});

test('a machine that nobody knows is told to look at itself', () => {
  const script = imageScript(place, { token: TOKEN, bootable: BOOTABLE, discover: true });
  assert.match(script, / muster\.discover=1 BOOTIF=/);
});

test('its own disk is started by BIOS, and left to the order of devices by UEFI', () => {
  assert.match(localScript(place), /\nsanboot --no-describe --drive 0x80 \|\| exit 1\nexit 1\n$/);
  const uefi = localScript({ ...place, asking: { ...ASKING, firmware: 'efi-x64' } });
  assert.doesNotMatch(uefi, /sanboot/);
  assert.match(uefi, /\nexit 1\n$/);
});

test('who has to wait asks again, and not for ever', () => {
  const lines = waitScript(place, 7.4).split('\n');
  assert.equal(lines[2], 'sleep 7');
  assert.ok(lines.includes(AGAIN));
  assert.ok(lines.includes('iseq $'.concat('{tries} 60 && exit 1 ||')));
  assert.match(waitScript(place, 0), /\nsleep 1\n/);
});

test('the first script is no longer than an answer may be, and ends', () => {
  const script = firstScript(BASE);
  assert.match(script, /^#!ipxe\n/);
  assert.match(
    script,
    /\/v1\/script\?mac=\$\{netX\/mac:hexhyp\}&uuid=\$\{uuid\}&serial=\$\{serial:uristring\}/,
  );
  assert.match(script, /&& exit 1 \|\|/);
});

test('nothing that iPXE would read as more than a word gets onto a command line', () => {
  for (const line of ['a $'.concat('{net0/mac}'), 'a\nshell', 'a ; shell', 'a || shell', 'a && shell', 'ä'])
    assert.throws(() => words(line), TypeError, line);
  assert.equal(words(' a  b;c '), 'a b;c');
  const hostile = { ...BOOTABLE, kernelLine: 'quiet || shell' };
  assert.throws(() => imageScript(place, { token: TOKEN, bootable: hostile, discover: false }), TypeError);
});

test('what is shown on a console is only shown', () => {
  assert.equal(shown('Käynnistää $'.concat('{x}\nshell || `y`')), 'Kaynnistaa ??x??shell ?? ?y?');
  assert.equal(refusalScript('no; shell').split('\n')[1], 'echo no? shell');
});

test('firmware is known by what iPXE says, and what it says besides is none', () => {
  assert.equal(firmwareOf('pcbios', 'i386'), 'bios');
  assert.equal(firmwareOf('efi', 'x86_64'), 'efi-x64');
  assert.equal(firmwareOf('efi', 'arm64'), 'efi-arm64');
  for (const [platform, architecture] of [
    ['efi', 'i386'],
    ['', ''],
    ['__proto__', ''],
    ['efi', 'riscv64'],
  ])
    assert.equal(firmwareOf(platform as string, architecture as string), undefined);
});
