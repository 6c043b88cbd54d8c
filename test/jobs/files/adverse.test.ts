/** Files on a host where something gets in the way: a link put there in the middle, a full disk, a kill on the way back. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { hostFiles, sumOf } from '../../../src/adapters/host-files/host-files.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { MusterError } from '../../../src/errors.ts';
import type { Delivery } from '../../../src/jobs/files/input.ts';
import { writeFiles } from '../../../src/jobs/files/write.ts';
import type { Shell } from '../../../src/shell.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';

describe('files on a host that is against it', { skip: needs(['root']) }, () => {
  let folder: string;
  const shell = localShell({ host: 'web-1' });
  const etc = (name: string) => join(folder, 'etc', name);
  const delivery = (more: Partial<Delivery> = {}): Delivery => ({
    ...{ id: 'a', file: 'a', path: etc('a'), mode: '0644', within: 100, sum: sumOf('a') },
    ...more,
  });
  const context = (run: string) => ({ ...desk(shell, join(folder, 'root')).context, run });
  const write = (text: string, file: Delivery, run: string) => {
    const contents = { a: { bytes: Buffer.from(text).toString('base64'), masked: text } };
    const input = { host: 'web-1', files: [file], overwrite: false, contents };
    return writeFiles.perform(input, context(run), {});
  };
  const undo = (file: Delivery, run: string) =>
    writeFiles.revert({ host: 'web-1', files: [file], overwrite: false }, context(run), {});
  const code = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error) => (error instanceof MusterError ? error.code : String(error)),
    );
  /** Where a program that a script uses is another one first, which does something and then what it is to. */
  const meddled = async (program: string, lines: string): Promise<Shell> => {
    const path = join(folder, 'bin', program);
    await mkdir(join(folder, 'bin'), { recursive: true });
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    await writeFile(path, `#!/bin/sh\n${lines}\nexec ${real} "$@"\n`);
    await chmod(path, 0o755);
    const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH}` };
    return Object.assign(Object.create(shell) as Shell, {
      run: (argv: readonly string[], options: object = {}) =>
        shell.run(argv, { ...options, env: { LC_ALL: 'C', ...env } }),
    });
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-adverse-'));
    for (const name of ['etc', 'root']) await mkdir(join(folder, name));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('are neither written nor given away through a link that is put there in the middle', async () => {
    const victim = join(folder, 'shadow');
    await writeFile(victim, 'root:x\n', { mode: 0o600 });
    const swap = `for f in .muster.*; do mv "$f" away; ln -s ${victim} "$f"; done`;
    const files = hostFiles.open({ shell: await meddled('cat', swap), options: {} });
    await files.stage(etc('a'), Buffer.from('mine\n'), { mode: '0644', owner: 'nobody', group: 'daemon' });
    const { mode, uid, gid } = await stat(victim);
    assert.deepEqual([await readFile(victim, 'utf8'), mode & 0o777, uid, gid], ['root:x\n', 0o600, 0, 0]);
    assert.equal((await stat(etc('away'))).uid, 65_534);
  });

  test('are not read through one either', async () => {
    const victim = join(folder, 'shadow');
    await writeFile(victim, 'root:x\n', { mode: 0o600 });
    await writeFile(etc('a'), 'mine\n');
    for (const program of ['wc', 'stat', 'base64']) {
      const swap = `[ -L ${etc('a')} ] || ln -sf ${victim} ${etc('a')}`;
      const files = hostFiles.open({ shell: await meddled(program, swap), options: {} });
      const found = await files.read(etc('a')).catch((error: MusterError) => error);
      if (found instanceof MusterError) assert.equal(found.code, 'files.path');
      else assert.equal(`${found?.bytes}`, 'mine\n', program);
      await rm(etc('a'));
      await writeFile(etc('a'), 'mine\n');
      await rm(join(folder, 'bin'), { recursive: true });
    }
  });

  test('leave nothing half on a full disk, and coming back needs no room there', async () => {
    const disk = join(folder, 'etc');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      const check = ['sh', '-c', `[ "$(cat ${etc('a')})" = old ]`];
      await write('old\n', delivery(), 'r-old');
      const { ino } = await stat(etc('a'));
      const { bavail, bsize } = await statfs(disk);
      await writeFile(etc('filler'), Buffer.alloc(bavail * bsize));
      assert.notEqual(await code(write('x'.repeat(100_000), delivery({ check }), 'r-one')), 'none');
      assert.deepEqual((await readdir(disk)).sort(), ['a', 'filler']);
      assert.equal(await code(undo(delivery({ check }), 'r-one')), 'none');
      assert.equal((await stat(etc('a'))).ino, ino);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('are taken over on the way back, although that was killed once they were back', async () => {
    const marker = join(folder, 'marker');
    const file = delivery({ apply: { run: ['sh', '-c', `[ -e ${marker} ] && cat ${etc('a')} >${marker}`] } });
    await write('old\n', delivery(), 'r-old');
    await write('new\n', file, 'r-one');
    // What takes it over is not there: as if it was killed right before.
    assert.equal(await code(undo(file, 'r-one')), 'files.apply');
    await writeFile(marker, '');
    assert.equal(await code(undo(file, 'r-one')), 'none');
    assert.equal(await readFile(marker, 'utf8'), 'old\n');
  });

  test('are checked in their place, although the run was killed before that', async () => {
    await write('new\n', delivery(), 'r-one');
    const bad = delivery({ check: ['grep', '-q', 'good', etc('a')] });
    assert.equal(await code(write('new\n', bad, 'r-one')), 'files.check');
  });
});
