import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { gzipArgv, squashfsArgv, xzArgv } from '../../../src/adapters/packing/commands.ts';
import { packing } from '../../../src/adapters/packing/packing.ts';
import type { Shell } from '../../../src/shell.ts';
import { needs } from '../../needs.ts';

const EPOCH = 1_686_355_200;

describe('the command lines', () => {
  it('take paths as words, never as part of a script', () => {
    const odd = '/r/a b; $(rm)';
    for (const argv of [squashfsArgv(odd, odd), xzArgv(odd, odd), gzipArgv(odd, odd)]) {
      assert.deepEqual(argv.slice(0, 2), ['sh', '-c']);
      assert.doesNotMatch(argv[2]!, /rm/);
      assert.equal(argv[4], odd);
    }
  });
});

describe('a root file system, packed', { skip: needs(['mksquashfs', 'xz', 'root']) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-packing-'));
  const shell = localShell({ host: 'local' });
  const tar = join(folder, 'odd $(touch x) name.tar');
  const sum = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');

  before(() => {
    const root = join(folder, 'root');
    mkdirSync(join(root, 'etc'), { recursive: true });
    writeFileSync(join(root, 'etc/motd'), 'hello\n');
    // More than one block of each format.
    writeFileSync(join(root, 'large'), Buffer.alloc(20 * 1024 * 1024, 'words and more words '));
    // As mmdebstrap writes it: `./` first.
    execFileSync('tar', ['-C', root, '--format=pax', '--sort=name', '-cf', tar, '.']);
  });
  after(async () => {
    await shell.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is the same bytes each time, on one processor and on two', async () => {
    const lines: string[] = [];
    const watch = { onLine: (line: string) => void lines.push(line) };
    const pinned: Shell = {
      ...shell,
      run: (argv, options) => shell.run(['taskset', '1', ...argv], options),
    };
    for (const [index, where] of [shell, pinned].entries()) {
      const packer = packing.open({ shell: where, options: {} });
      await packer.squashfs(tar, join(folder, `squashfs${index}`), EPOCH, watch);
      await packer.xz(tar, join(folder, `xz${index}`), watch);
      await packer.gzip(tar, join(folder, `gzip${index}`), watch);
    }
    for (const format of ['squashfs', 'xz', 'gzip'])
      assert.equal(sum(`${format}0`), sum(`${format}1`), format);
    assert.deepEqual(lines, []);
  });

  it('holds what it was made of, and its root belongs to root', () => {
    const listing = execFileSync('unsquashfs', ['-lln', join(folder, 'squashfs0')], { encoding: 'utf8' });
    assert.match(listing, /^drwxr-xr-x 0\/0 .* squashfs-root$/m);
    assert.match(listing, /^-rw-r--r-- 0\/0 +6 .* squashfs-root\/etc\/motd$/m);
    const inside = (file: string) =>
      execFileSync('tar', ['-xOf', join(folder, file), './etc/motd'], { encoding: 'utf8' });
    assert.equal(inside('xz0'), 'hello\n');
    assert.equal(inside('gzip0'), 'hello\n');
  });
});
