/** The programs that firmware loads: whose are taken, and what there is none of. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLoaders } from '../../../src/hubs/boot/loaders.ts';
import { needs } from '../../needs.ts';

test('an own one goes before that of Debian, for arm64 by either name, and what there is none of is said', {
  skip: needs(['ipxe']),
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-loaders-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const own = join(folder, 'own');
  await mkdir(own);
  const debian = await openLoaders([own]);
  assert.deepEqual([debian.names.bios, debian.names.x64], ['undionly.kpxe', 'snponly.efi']);
  assert.equal(debian.lacks('efi-x64-http'), undefined);
  await writeFile(join(own, 'snponly.efi'), 'MZ own');
  await writeFile(join(own, 'ipxe-arm64.efi'), 'MZ of Debian 13');
  const named = await openLoaders([own]);
  assert.equal(`${await named.get('snponly.efi')}`, 'MZ own');
  assert.equal(named.names.arm64, 'ipxe-arm64.efi');
  assert.equal(named.lacks('efi-arm64'), undefined);
  await writeFile(join(own, 'snponly-arm64.efi'), 'MZ built');
  const built = await openLoaders([own]);
  assert.equal(built.names.arm64, 'snponly-arm64.efi');
  assert.equal(await built.get('ipxe-arm64.efi'), undefined);
  const placed = join(folder, 'tftp');
  await built.place(placed);
  assert.deepEqual((await readdir(placed)).sort(), ['snponly-arm64.efi', 'snponly.efi', 'undionly.kpxe']);
  assert.equal(await readFile(join(placed, 'snponly.efi'), 'utf8'), 'MZ own');
});
