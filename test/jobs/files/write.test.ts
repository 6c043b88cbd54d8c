/** Files on a real host: replaced in one step, never through a link, and truthful after a kill. */
import assert from 'node:assert/strict';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sumOf } from '../../../src/adapters/host-files/host-files.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { MusterError } from '../../../src/errors.ts';
import { applyFiles } from '../../../src/jobs/files/apply.ts';
import { compareFiles } from '../../../src/jobs/files/compare.ts';
import type { Delivery } from '../../../src/jobs/files/input.ts';
import { writeFiles } from '../../../src/jobs/files/write.ts';
import { needs } from '../../needs.ts';
import { desk } from '../desk.ts';

describe('files on a host', { skip: needs(['root']) }, () => {
  let folder: string;
  const shell = localShell({ host: 'web-1' });
  const etc = (name: string) => join(folder, 'etc', name);
  const root = () => join(folder, 'root');
  const delivery = (name: string, more: Partial<Delivery> = {}): Delivery => ({
    ...{ id: name, file: name, path: etc(name), mode: '0644', within: 100, sum: sumOf(name) },
    ...more,
  });
  const input = (text: string, files: Delivery[], overwrite = false) => ({
    ...{ host: 'web-1', files, overwrite },
    contents: Object.fromEntries(
      files.map(({ id }) => [id, { bytes: Buffer.from(text).toString('base64'), masked: text }]),
    ),
  });
  const write = async (text: string, files: Delivery[], run = 'r-one', overwrite = false) => {
    const { context, lines, notes } = desk(shell, root());
    await writeFiles.perform(input(text, files, overwrite), { ...context, run }, {});
    return [...lines, ...notes];
  };
  const undo = async (files: Delivery[], run = 'r-one') => {
    const { context, notes } = desk(shell, root());
    await writeFiles.revert({ host: 'web-1', files, overwrite: false }, { ...context, run }, {});
    return notes;
  };
  const code = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error) => (error instanceof MusterError ? error.code : String(error)),
    );
  const read = (name: string) => readFile(etc(name), 'utf8');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-written-'));
    await mkdir(join(folder, 'etc'));
    await mkdir(root());
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('get mode, owner and group, and leave nothing beside them', async () => {
    await write('one\n', [delivery('a', { mode: '0600', owner: 'nobody', group: 'daemon' })]);
    const { mode, uid, gid } = await stat(etc('a'));
    assert.deepEqual([mode & 0o777, uid, gid], [0o600, 65_534, 1]);
    assert.deepEqual(await readdir(join(folder, 'etc')), ['a']);
    assert.equal(await code(write('two', [delivery('b', { owner: 'nobody-at-all' })])), 'files.path');
    assert.equal((await stat(root())).isDirectory(), true);
  });

  test('that are as they are to be are left alone, but for their manner', async () => {
    await write('one\n', [delivery('a')]);
    const before = await stat(etc('a'));
    assert.match((await write('one\n', [delivery('a')], 'r-two')).join(), /is as it is to be/);
    assert.equal((await stat(etc('a'))).ino, before.ino);
    await chown(etc('a'), 1, 1);
    await write('one\n', [delivery('a', { owner: '0', group: '0' })], 'r-three');
    assert.equal((await stat(etc('a'))).uid, 0);
  });

  test('are written again after a kill at any place, and come back as they were before the run', async () => {
    await write('one\n', [delivery('a')], 'r-old');
    const record = join(root(), 'files', `${sumOf(etc('a')).slice(0, 32)}.json`);
    const old = await readFile(record);
    // Killed before the new file took its place: what was there before is kept.
    const cut = delivery('a', { check: ['false', '{file}'] });
    assert.equal(await code(write('two\n', [cut], 'r-one')), 'files.check');
    await write('two\n', [delivery('a')], 'r-one');
    assert.equal(await read('a'), 'two\n');
    // Killed right after: nothing was noted yet.
    await writeFile(record, old);
    await write('two\n', [delivery('a')], 'r-one');
    await writeFile(record, old);
    assert.match((await undo([delivery('a')])).join(), /is as it was/);
    assert.equal(await read('a'), 'one\n');
    assert.deepEqual(await undo([delivery('a')]), []);
    // Muster knows it as its own again.
    assert.equal(await code(write('three\n', [delivery('a')], 'r-next')), 'none');
  });

  test('that were not there are gone again; what somebody else wrote meanwhile stays', async () => {
    await write('one\n', [delivery('a'), delivery('b')]);
    await writeFile(etc('b'), 'mine\n');
    assert.match((await undo([delivery('a'), delivery('b')])).join(), /stays as they left it/);
    assert.deepEqual(await readdir(join(folder, 'etc')), ['b']);
    assert.equal(await read('b'), 'mine\n');
  });

  test('are not written where a link is in the way, or no folder, or something else than a file', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'linked'));
    await symlink('/etc/passwd', etc('link'));
    await mkdir(etc('folder'));
    const paths = [join(folder, 'linked/a'), etc('link'), etc('folder'), join(folder, 'none/a')];
    for (const path of paths)
      assert.equal(await code(write('x', [delivery('a', { path })], 'r-one', true)), 'files.path', path);
    assert.deepEqual(await readdir(join(folder, 'real')), []);
  });

  test('that Muster did not leave so are not written over unasked', async () => {
    await writeFile(etc('a'), 'theirs\n');
    assert.equal(await code(write('one\n', [delivery('a')])), 'files.drift');
    assert.equal(await read('a'), 'theirs\n');
    await write('one\n', [delivery('a')], 'r-two', true);
    await rm(etc('a'));
    assert.equal(await code(write('two\n', [delivery('a')], 'r-three')), 'files.drift');
    await undo([delivery('a')], 'r-two');
  });

  test('are checked before they take their place, or right after', async () => {
    await write('good\n', [delivery('a')]);
    const beside = delivery('a', { check: ['grep', '-q', 'good', '{file}'] });
    const { inode } = await stat(etc('a')).then(({ ino }) => ({ inode: ino }));
    assert.equal(await code(write('bad\n', [beside], 'r-two')), 'files.check');
    assert.equal((await stat(etc('a'))).ino, inode);
    assert.deepEqual(await readdir(join(folder, 'etc')), ['a']);
    const after = delivery('a', { check: ['grep', '-q', 'good', etc('a')] });
    assert.equal(await code(write('bad\n', [after], 'r-three')), 'files.check');
    await undo([after], 'r-three');
    assert.equal(await read('a'), 'good\n');
    assert.equal(await code(write('good 2\n', [beside], 'r-four')), 'none');
  });

  test('take effect once for all that name the same way, and only where something was changed', async () => {
    const apply = { run: ['sh', '-c', `echo now >> ${etc('log')}`] };
    const files = [delivery('a', { apply }), delivery('b', { apply })];
    const take = async (run: string) => {
      const { context } = desk(shell, root());
      return applyFiles.perform({ host: 'web-1', files }, { ...context, run }, {});
    };
    await write('one\n', files);
    await take('r-one');
    await write('one\n', files, 'r-two');
    await take('r-two');
    assert.equal(await read('log'), 'now\n');
  });

  test('send a signal to the process that a file names, and to no other', async () => {
    const { spawn } = await import('node:child_process');
    const sleeper = spawn('sleep', ['60']);
    const ended = new Promise((resolve) => sleeper.once('exit', (_, signal) => resolve(signal)));
    await writeFile(etc('pid'), `${sleeper.pid}\n`);
    const apply = { signal: 'HUP' as const, pidFile: etc('pid') };
    const take = async (run: string, files: Delivery[]) => {
      await write(`${run}\n`, files, run);
      const { context } = desk(shell, root());
      return applyFiles.perform({ host: 'web-1', files }, { ...context, run }, {});
    };
    await take('r-one', [delivery('a', { apply })]);
    assert.equal(await ended, 'SIGHUP');
    await writeFile(etc('pid'), '-1; rm\n');
    assert.equal(await code(take('r-two', [delivery('a', { apply })])), 'files.apply');
  });

  test('are compared with what they are to be, and control characters do no harm', async () => {
    await write('a\nb\n', [delivery('a')]);
    await writeFile(etc('a'), 'a\n\u001b[31mred\n');
    const { context, lines } = desk(shell, root());
    const { overwrite: _, ...wanted } = input('a\nb\n', [delivery('a'), delivery('new')]);
    await compareFiles.perform(wanted, context, {});
    assert.match(lines.join('\n'), /changed by hand\n a\n-.*red\n\+b\n○ .* is not there yet\n\+a\n\+b/);
  });

  test('large ones come back whole', async () => {
    const large = 'x'.repeat(3_000_000);
    await writeFile(etc('a'), large);
    await write('small\n', [delivery('a')], 'r-one', true);
    await undo([delivery('a')]);
    assert.equal(sumOf(await readFile(etc('a'))), sumOf(large));
  });
});
