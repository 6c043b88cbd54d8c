import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { localShell } from '../src/adapters/local/shell.ts';
import { Disk } from '../src/disk.ts';
import type { MusterError } from '../src/errors.ts';
import { needs } from './needs.ts';

describe('small files on a host', { skip: needs(['root']) }, () => {
  const shell = localShell({ host: 'local' });
  const disk = new Disk(shell);
  const folder = mkdtempSync(join(tmpdir(), 'muster-disk-'));
  const file = join(folder, 'file');
  const filler = join(folder, 'filler');
  before(() => execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder]));
  after(async () => {
    await shell.close();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it('are written as a whole, for nobody else to read', async () => {
    for (const text of ['one', '', 'Password: sesame\n'.repeat(5_000)]) {
      await disk.write(file, text);
      assert.equal(readFileSync(file, 'utf8'), text);
      assert.equal(statSync(file).mode & 0o777, 0o600);
    }
  });

  it('stay as they were on a full disk, and the error shows nothing of what was written', async () => {
    await disk.write(file, 'before');
    await disk.write(filler, '');
    const { bavail, bsize } = statfsSync(folder);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    await assert.rejects(disk.write(file, 'Password: sesame\n'.repeat(100)), (error: MusterError) => {
      assert.equal(error.code, 'host.diskfull');
      assert.doesNotMatch(JSON.stringify(error), /sesame/);
      return true;
    });
    assert.equal(readFileSync(file, 'utf8'), 'before');
  });

  it('tell that a full disk is behind an error that does not say so', async () => {
    const error = new Error('fatal: something else');
    assert.equal(((await disk.full(folder, error)) as MusterError).code, 'host.diskfull');
    rmSync(filler);
    assert.equal(await disk.full(folder, error), error);
    assert.ok(readdirSync(folder).every((name) => !name.includes('probe')));
  });
});
