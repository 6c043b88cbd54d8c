/** What goes on a kernel's line by way of iPXE. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelLine } from '../../src/adapters/ipxe/scripts.ts';
import { ImageKernelLine, KERNEL_LINE_MOST } from '../../src/config/machines.ts';

test('words at which iPXE ends a command are refused, in words', () => {
  for (const line of ['quiet ; reboot', '; x', 'a ||', '|| b', 'a && b', '&&']) {
    const { error } = ImageKernelLine.safeParse(line);
    assert.match(error?.issues[0]?.message ?? '', /may not stand alone/, line);
  }
});

test('as a part of a word they are fine', () => {
  const line = 'ds=nocloud;s=http://10.0.0.1/ console=ttyS0,115200 a&&b c||d';
  assert.equal(ImageKernelLine.parse(line), line);
});

/** Words that are told a place each, which makes them longer. */
const PLACED = 'ds=nocloud-net boot=ramdisk';

test('as long as they may be, they do not pass with our own what a kernel reads', () => {
  const { image, profile, machine } = KERNEL_LINE_MOST;
  assert.equal(ImageKernelLine.safeParse('x'.repeat(image + 1)).success, false);
  const part = { sha256: 'f'.repeat(64), bytes: Number.MAX_SAFE_INTEGER };
  const line = kernelLine(
    {
      base: 'http://255.255.255.255:65535',
      asking: { mac: '52:54:00:12:34:56', firmware: 'bios', address: '255.255.255.255' },
    },
    {
      token: 'a'.repeat(32),
      bootable: {
        ...{ version: `${'x'.repeat(63)}@2026-11-21.1000`, kernel: part, initrd: part, root: part },
        ...{
          format: 'squashfs',
          kernelLine: `${PLACED} ${'x'.repeat(image + profile + machine + 2 - PLACED.length - 1)}`,
        },
      },
      discover: true,
    },
  );
  assert.ok(line.length < 2_048, `${line.length}`);
});
