/** The example's repository is the same everywhere, and nobody's work in it is lost. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ensureExample, makeExample } from '../../setup/example.mjs';
import { needs } from '../needs.ts';

const home = await mkdtemp(join(tmpdir(), 'muster-example-'));
after(() => rm(home, { recursive: true, force: true }));
const skip = needs(['git']);

const git = (folder: string, ...argv: string[]) =>
  execFileSync('git', ['-C', folder, ...argv], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** An app to make the example from, with what the branch `bad` changes. */
async function source(name: string, page = 'hello'): Promise<string> {
  const from = join(home, name);
  await mkdir(join(from, 'www'), { recursive: true });
  await mkdir(join(`${from}.bad`, 'www'), { recursive: true });
  await writeFile(join(from, 'compose.yaml'), 'services: {}\n');
  await writeFile(join(from, 'www/index.html'), page);
  await writeFile(join(`${from}.bad`, 'www/index.html'), 'broken');
  return from;
}

test('branches main and bad and the tag v1 have the same commits wherever they are made', {
  skip,
}, async () => {
  const from = await source('same');
  makeExample(join(home, 'one'), from);
  // What a user's git is set to must not matter.
  process.env.GIT_DIR = '/nonexistent';
  process.env.GIT_AUTHOR_NAME = 'Somebody';
  try {
    makeExample(join(home, 'two'), from);
  } finally {
    delete process.env.GIT_DIR;
    delete process.env.GIT_AUTHOR_NAME;
  }
  const refs = (folder: string) => git(join(home, folder), 'for-each-ref');
  assert.equal(refs('one'), refs('two'));
  assert.match(refs('one'), /refs\/heads\/bad\n.*refs\/heads\/main\n.*refs\/tags\/v1$/);
  assert.equal(git(join(home, 'one'), 'show', 'main:www/index.html'), 'hello');
  assert.equal(git(join(home, 'one'), 'show', 'bad:www/index.html'), 'broken');
  assert.equal(git(join(home, 'one'), 'show', 'bad:compose.yaml'), 'services: {}');
  assert.equal(git(join(home, 'one'), 'branch', '--show-current'), 'main');
});

test('it is made once, and again when its source changes', { skip }, async () => {
  const from = await source('again');
  const folder = join(home, 'again-repository');
  makeExample(folder, from);
  const made = await stat(folder);
  makeExample(folder, from);
  assert.equal((await stat(folder)).ino, made.ino);
  await source('again', 'hello again');
  makeExample(folder, from);
  assert.equal(git(folder, 'show', 'main:www/index.html'), 'hello again');
});

test('a layer for v1 makes the tag an older commit than main', { skip }, async () => {
  const from = await source('layers');
  await mkdir(`${from}.v1/www`, { recursive: true });
  await writeFile(`${from}.v1/www/index.html`, 'first');
  const folder = join(home, 'layers-repository');
  makeExample(folder, from);
  assert.equal(git(folder, 'show', 'v1:www/index.html'), 'first');
  assert.equal(git(folder, 'show', 'main:www/index.html'), 'hello');
  assert.equal(git(folder, 'rev-parse', 'main~1'), git(folder, 'rev-parse', 'v1'));
});

test('changes that somebody made in it are left alone', { skip }, async () => {
  const folder = join(home, 'mine');
  const from = await source('theirs');
  ensureExample(folder, from);
  await writeFile(join(folder, 'www/index.html'), 'my own');
  git(folder, '-c', 'user.name=me', '-c', 'user.email=me@example.com', 'commit', '-qam', 'Mine');
  await source('theirs', 'newer');
  ensureExample(folder, from);
  assert.equal(await readFile(join(folder, 'www/index.html'), 'utf8'), 'my own');
});
