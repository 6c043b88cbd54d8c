import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Archived, archiveOf } from '../src/archive.ts';

const ENTRIES: Archived[] = [
  { path: 'a', folder: true, mode: 0o755 },
  { path: 'a/empty', content: '', mode: 0o444 },
  { path: 'a/text', content: 'ä\n', mode: 0o640 },
  { path: 'a/blocks', content: Buffer.alloc(1_025, 7), mode: 0o755 },
  { path: 'a/link', link: 'text' },
];

describe('an archive', () => {
  it('is what tar makes the same files of', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'muster-archive-'));
    t.after(() => rmSync(folder, { recursive: true }));
    execFileSync('tar', ['--extract', '--preserve-permissions', '--directory', folder], {
      input: archiveOf(ENTRIES, 86_400),
    });
    const file = (path: string) => join(folder, 'a', path);
    assert.equal(readFileSync(file('text'), 'utf8'), 'ä\n');
    assert.deepEqual(readFileSync(file('blocks')), Buffer.alloc(1_025, 7));
    assert.equal(statSync(file('empty')).size, 0);
    assert.equal(statSync(file('text')).mode & 0o777, 0o640);
    assert.equal(statSync(file('text')).mtimeMs, 86_400_000);
    assert.equal(readlinkSync(file('link')), 'text');
  });

  it('has the same bytes each time', () => {
    assert.deepEqual(archiveOf(ENTRIES, 5), archiveOf(ENTRIES, 5));
  });

  it('holds names of any length, for busybox, too', (t) => {
    const parts = (count: number) =>
      Array.from({ length: count }, (_, index) => `${count}.${index}-${'ö'.repeat(40)}`);
    const paths = [
      `${'p'.repeat(99)}/x`,
      parts(2).join('/'),
      parts(3).join('/'),
      parts(9).join('/'),
      'n'.repeat(200),
      `${'d'.repeat(100)}/${'n'.repeat(100)}`,
    ];
    const archive = archiveOf(
      [...paths.map((path) => ({ path, content: path, mode: 0o600 })), ...ENTRIES],
      5,
    );
    for (const tar of [['tar'], ['busybox', 'tar']]) {
      const folder = mkdtempSync(join(tmpdir(), 'muster-archive-'));
      t.after(() => rmSync(folder, { recursive: true }));
      execFileSync(tar[0]!, [...tar.slice(1), '-x', '-C', folder], { input: archive });
      for (const path of paths) assert.equal(readFileSync(join(folder, path), 'utf8'), path, `${tar}`);
      assert.equal(readFileSync(join(folder, 'a/text'), 'utf8'), 'ä\n');
    }
  });

  it('is not made where what a link leads to would be cut', () => {
    assert.throws(() => archiveOf([{ path: 'x', link: 'y'.repeat(101) }], 0), TypeError);
  });
});
