/** Packages are installed only where they are not what the lockfile says. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { modulesAreFresh, ROOT } from '../../setup/modules.mjs';

test('packages are fresh when they are those of the lockfile, less other platforms’', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-modules-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const lock = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });
  const wanted = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
  };
  await writeFile(join(folder, 'package-lock.json'), lock(wanted));
  assert.equal(modulesAreFresh(folder), false);
  await mkdir(join(folder, 'node_modules'));
  const present = (packages: Record<string, object>) =>
    writeFile(join(folder, 'node_modules/.package-lock.json'), lock(packages));
  await present({ 'node_modules/a': wanted['node_modules/a'] });
  assert.equal(modulesAreFresh(folder), true);
  await present({ 'node_modules/a': { version: '0.9.0', integrity: 'sha512-b' } });
  assert.equal(modulesAreFresh(folder), false);
  await present({});
  assert.equal(modulesAreFresh(folder), false);
});

test('this checkout’s packages are fresh, since set-up ran before the tests', () => {
  assert.equal(modulesAreFresh(ROOT), true);
});

test('the lockfile names the packages of every platform, without which npm ci refuses', async () => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const absent = Object.entries(lock.packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`${path}/node_modules/${name}`] && !lock.packages[`node_modules/${name}`],
    ),
  );
  assert.deepEqual(
    absent,
    [],
    'a registry that lacks some of them makes npm leave them out: add their entries',
  );
});
