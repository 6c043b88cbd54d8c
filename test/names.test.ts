import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppName, GitRef, HostName, RepositoryPath, RunId } from '../src/names.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: string) =>
  schema.safeParse(value).success;

describe('a name', () => {
  test('of an app or host is a DNS label', () => {
    for (const good of ['shop', 'web-1', 'a', '0x'])
      assert.ok(accepts(AppName, good) && accepts(HostName, good), good);
    const bad = ['', '-x', 'x-', 'Shop', 'a.b', 'a b', 'a\nb', '../x', 'a;b', '$(id)', 'x'.repeat(64), 'é'];
    for (const name of bad) assert.ok(!accepts(AppName, name), JSON.stringify(name));
  });

  test('of a ref is what git allows and nothing a shell or git could read as something else', () => {
    for (const good of ['main', 'v1.4.2', 'feature/x', 'a'.repeat(40), 'release-1_0', 'fix#12'])
      assert.ok(accepts(GitRef, good), good);
    const bad = [
      '--upload-pack=x',
      '-',
      'a..b',
      'a b',
      'a\n',
      'x.lock',
      'a/.b',
      'a//b',
      'a@{1}',
      'a/',
      'a.',
      '$(id)',
      'a;b',
      'a~1',
      'a^',
      'a:b',
      'a*',
      '',
    ];
    for (const ref of bad) assert.ok(!accepts(GitRef, ref), JSON.stringify(ref));
  });

  test('of a path stays inside the repository', () => {
    for (const good of ['compose.yaml', 'deploy/compose.yml', 'a b/c.yml', '..a/b'])
      assert.ok(accepts(RepositoryPath, good), good);
    for (const path of ['/etc/passwd', '../x', 'a/../../b', '-f', 'a\0b', 'a\nb', '', 'a\\b'])
      assert.ok(!accepts(RepositoryPath, path), JSON.stringify(path));
  });

  test('of a job is its id or the beginning of it', () => {
    for (const good of ['r-7k', 'r-7k2m9xq4tz']) assert.ok(accepts(RunId, good), good);
    for (const id of ['7k2m9x', 'r-', 'R-7K2M9X', 'r-a b', 'r-*']) assert.ok(!accepts(RunId, id), id);
  });
});
