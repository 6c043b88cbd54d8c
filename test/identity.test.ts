import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { MusterError } from '../src/errors.ts';
import { fingerprintOf } from '../src/fingerprint.ts';
import { openIdentity } from '../src/identity.ts';

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-identity-'));
  await use(join(folder, 'keys')).finally(() => rm(folder, { recursive: true }));
}

const mode = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe('an identity', () => {
  test('is made once, in files that only its owner reads', () =>
    inFolder(async (folder) => {
      const made = await openIdentity(folder, 'worker');
      assert.match(made.fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/);
      assert.deepEqual(await openIdentity(folder, 'worker'), made);
      assert.equal(await mode(folder), '700');
      assert.equal(await mode(join(folder, 'worker.key')), '600');
      assert.equal(await mode(join(folder, 'worker.crt')), '600');
      assert.notEqual((await openIdentity(folder, 'guardian')).fingerprint, made.fingerprint);
    }));

  test('has a certificate that its own key signed, and by whose key it is known', () =>
    inFolder(async (folder) => {
      const { certificate, fingerprint } = await openIdentity(folder, 'worker');
      const read = new X509Certificate(certificate);
      assert.ok(read.verify(read.publicKey));
      assert.ok(read.checkIssued(read));
      assert.equal(read.subject, 'CN=muster worker');
      assert.equal(fingerprintOf(read.publicKey), fingerprint);
      assert.ok(Date.parse(read.validTo) > Date.parse('2049-12-30'));
    }));

  test('of two that start at once is one', () =>
    inFolder(async (folder) => {
      const all = await Promise.all(Array.from({ length: 8 }, () => openIdentity(folder, 'worker')));
      assert.equal(new Set(all.map(({ fingerprint }) => fingerprint)).size, 1);
    }));

  test('keeps its key where the certificate is gone or is another’s', () =>
    inFolder(async (folder) => {
      const { fingerprint } = await openIdentity(folder, 'worker');
      await rm(join(folder, 'worker.crt'));
      assert.equal((await openIdentity(folder, 'worker')).fingerprint, fingerprint);
      const other = await openIdentity(folder, 'guardian');
      await writeFile(join(folder, 'worker.crt'), other.certificate);
      const again = await openIdentity(folder, 'worker');
      assert.equal(again.fingerprint, fingerprint);
      assert.equal(fingerprintOf(new X509Certificate(again.certificate).publicKey), fingerprint);
    }));

  test('is refused where others may read its key, and where that is none: nothing is made in its place', () =>
    inFolder(async (folder) => {
      await openIdentity(folder, 'worker');
      const file = join(folder, 'worker.key');
      await chmod(file, 0o640);
      await assert.rejects(
        openIdentity(folder, 'worker'),
        ({ code, facts }: MusterError) => code === 'icp.identity' && facts.reason === 'open',
      );
      await chmod(file, 0o600);
      await writeFile(file, 'no key');
      await assert.rejects(
        openIdentity(folder, 'worker'),
        ({ code, facts }: MusterError) => code === 'icp.identity' && facts.reason === 'unreadable',
      );
      assert.equal(await readFile(file, 'utf8'), 'no key');
    }));
});
