/** The kernel's line of an image that has cloud-init. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kernelLine } from '../../../src/adapters/ipxe/scripts.ts';
import type { Bootable } from '../../../src/boot.ts';

const TOKEN = 'a'.repeat(32);
const BASE = 'http://10.77.0.1:8080';
const FETCHED = { sha256: '1'.repeat(64), bytes: 1 };
const lineOf = (words: string, discover = false): string => {
  const bootable: Bootable = {
    ...{ version: 'live@2026-11-21.1', kernel: FETCHED, initrd: FETCHED, root: FETCHED, format: 'squashfs' },
    kernelLine: words,
  };
  const asking = { mac: '52:54:00:12:34:56', firmware: 'bios' as const, address: '10.77.0.9' };
  return kernelLine({ base: BASE, asking }, { token: TOKEN, bootable, discover });
};

test('HashiOS is told where its root file system is, unless its line says that itself', () => {
  const url = `${BASE}/blobs/${FETCHED.sha256}?b=${TOKEN}&p=root`;
  assert.ok(lineOf('boot=ramdisk quiet').endsWith(` ip=dhcp boot=ramdisk ramroot=${url} quiet`));
  for (const own of ['boot=ramdisk ramroot=http://10.0.0.1/root.tar.xz', 'xboot=ramdisk', 'boot=ramdisks'])
    assert.ok(lineOf(own).endsWith(` ip=dhcp ${own}`), own);
});

test('cloud-init is told where its documents are, where the line says that there is one', () => {
  const place = `;s=${BASE}/v1/boots/${TOKEN}/nocloud/`;
  assert.ok(lineOf('quiet ds=nocloud-net').endsWith(` quiet ds=nocloud-net${place}`));
  assert.ok(lineOf('ds=nocloud quiet').includes(` ds=nocloud${place} quiet`));
  for (const own of ['ds=nocloud;s=http://10.0.0.1/', 'ds=nocloud-netx', 'xds=nocloud', 'quiet'])
    assert.ok(lineOf(own).endsWith(` ip=dhcp ${own}`), own);
});

test('cloud-init is kept out where a machine only shows what is in it: there are no documents for it', () => {
  const line = lineOf('quiet ds=nocloud-net', true);
  assert.ok(line.endsWith(' quiet cloud-init=disabled'), line);
  assert.match(line, / muster\.discover=1 /);
});
