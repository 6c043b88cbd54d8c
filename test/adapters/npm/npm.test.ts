import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fetchPackage } from '../../../src/adapters/npm/npm.ts';
import type { Shell } from '../../../src/shell.ts';

test('a package is taken only where it holds just what it is to hold', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-npm-'));
  t.after(() => rm(folder, { recursive: true }));
  const asked: string[] = [];
  const shell = {
    run: async (argv: readonly string[]) => {
      asked.push(argv.at(-1) as string);
      await writeFile(join(folder, 'one-1.2.3.tgz'), 'packed');
    },
  } as unknown as Shell;
  const integrity = `sha512-${createHash('sha512').update('packed').digest('base64')}`;
  const wanted = { name: 'one', version: '1.2.3', integrity };
  assert.equal(await fetchPackage(shell, wanted, folder), join(folder, 'one-1.2.3.tgz'));
  assert.deepEqual(asked, ['one@1.2.3']);
  const other = { ...wanted, integrity: integrity.replace(/.==$/, '_==') };
  await assert.rejects(fetchPackage(shell, other, folder), /one@1\.2\.3 does not hold what it is to hold/);
});
