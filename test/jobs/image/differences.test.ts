/** What one version has that another has not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Manifest } from '../../../src/image.ts';
import { differences, sizeOf } from '../../../src/jobs/image/differences.ts';
import { manifestOf } from './manifest.ts';

const between = (before: Partial<Manifest>, after: Partial<Manifest>) =>
  differences(manifestOf(before), manifestOf(after));

test('packages are newer, older, added or removed, by the order of Debian', () => {
  const found = between(
    { packages: ['curl 7.88.1-10+deb12u9', 'gone 1', 'kept 1.0', 'back 2.0'] },
    { packages: ['back 2.0~rc1', 'curl 7.88.1-10+deb12u12', 'kept 1.0', 'new 1:3'] },
  );
  assert.deepEqual(found.newer, [{ name: 'curl', before: '7.88.1-10+deb12u9', after: '7.88.1-10+deb12u12' }]);
  assert.deepEqual(found.older, [{ name: 'back', before: '2.0', after: '2.0~rc1' }]);
  assert.deepEqual(found.added, ['new 1:3']);
  assert.deepEqual(found.removed, ['gone 1']);
});

test('a package of two architectures changes where one of them does', () => {
  const found = between({ packages: ['libc6 1', 'libc6 1'] }, { packages: ['libc6 1', 'libc6 2'] });
  assert.deepEqual(found.newer, [{ name: 'libc6', before: '1 1', after: '1 2' }]);
});

test('parts differ by their content, and so does the kernel line', () => {
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const found = between(
    { parts: { kernel: { sha256: one, bytes: 5 }, initrd: { sha256: one, bytes: 7 } }, kernelLine: 'quiet' },
    { parts: { kernel: { sha256: one, bytes: 5 }, squashfs: { sha256: other, bytes: 9 } }, kernelLine: '' },
  );
  assert.deepEqual(found.parts, [
    { part: 'initrd', before: 7, after: undefined },
    { part: 'squashfs', before: undefined, after: 9 },
  ]);
  assert.deepEqual(found.kernelLine, { before: 'quiet', after: '' });
});

test('nothing differs between a version and itself', () => {
  const { added, removed, newer, older, parts, kernelLine } = between({}, {});
  assert.deepEqual([added, removed, newer, older, parts, kernelLine], [[], [], [], [], [], undefined]);
});

test('an image is as big as what a machine fetches of it, or as all of it where it boots nowhere', () => {
  const blob = (bytes: number) => ({ sha256: 'a'.repeat(64), bytes });
  assert.equal(sizeOf({ parts: { kernel: blob(1), squashfs: blob(100), sbom: blob(7) } }), 100);
  assert.equal(sizeOf({ parts: { docker: blob(40), lxd: blob(2), sbom: blob(7) } }), 42);
});
