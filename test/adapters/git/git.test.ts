import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { GIT_ENV, keptRef } from '../../../src/adapters/git/commands.ts';
import { git } from '../../../src/adapters/git/git.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Shell } from '../../../src/shell.ts';
import { fakeShell } from '../../fakes/shell.ts';
import { TestRepository } from '../../repository.ts';

describe('git, for real', () => {
  const root = mkdtempSync(join(tmpdir(), 'muster-git-'));
  const folder = join(root, 'cache.git');
  let shell: Shell;
  let source: TestRepository;
  let repositories: ReturnType<typeof git.open>;
  let first: string;
  let second: string;

  before(() => {
    const configuration = join(root, 'gitconfig');
    const evil = `sh -c 'touch ${join(root, 'evil')}; cat'`;
    writeFileSync(configuration, `[filter "evil"]\n\tsmudge = ${evil}\n[core]\n\tautocrlf = true\n`);
    const environment = { ...process.env, GIT_CONFIG_GLOBAL: configuration };
    shell = localShell({ host: 'local', environment });
    repositories = git.open({ shell, options: {} });
    source = new TestRepository(join(root, 'shop'));
    first = source.commit('main', { 'a.txt': 'one' });
    source.git('tag', '--annotate', '--message', 'v1', 'v1');
    second = source.commit('main', { 'a.txt': 'two', 'folder/b.txt': 'b' });
    source.git('tag', 'main', first);
  });
  after(async () => {
    await shell.close();
    rmSync(root, { recursive: true, force: true });
  });

  const resolve = (ref: string) => repositories.resolve({ app: 'shop', repository: source.folder, ref });
  const fetch = (commit: string, ref = 'main') =>
    repositories.fetch({ app: 'shop', repository: source.folder, commit, ref, folder });
  const checkOut = async (commit: string, name: string) => {
    const into = join(root, name);
    mkdirSync(into);
    await repositories.export({ folder, commit, into, index: `${into}.index` });
    return into;
  };

  it('resolves a branch, before a tag of the same name', async () => {
    assert.equal(await resolve('main'), second);
    assert.equal(await resolve('refs/tags/main'), first);
  });

  it('resolves an annotated tag to its commit, and leaves a whole commit id alone', async () => {
    assert.equal(await resolve('v1'), first);
    assert.equal(await resolve('f'.repeat(40)), 'f'.repeat(40));
  });

  it('knows what a mistyped ref means', async () => {
    await assert.rejects(resolve('mian'), {
      code: 'git.ref.unknown',
      message: 'shop has no branch, tag or commit called mian (did you mean main?)',
    });
    await assert.rejects(resolve(first.slice(0, 7)), { code: 'git.ref.unknown' });
  });

  it('never takes a ref for an option', async () => {
    source.git('update-ref', 'refs/heads/--upload-pack=touch', second);
    await assert.rejects(resolve('--upload-pack=touch'), { code: 'git.ref.unknown' });
  });

  it('fetches one commit without its history, and only once', async () => {
    await fetch(second);
    const count = new TestRepository(join(root, 'other')).git(
      '--git-dir',
      folder,
      'rev-list',
      '--count',
      second,
    );
    assert.equal(count, '1');
    await repositories.fetch({
      app: 'shop',
      repository: join(root, 'gone'),
      commit: second,
      ref: 'main',
      folder,
    });
  });

  it('writes a commit out without the filters of the configuration of this machine', async () => {
    const commit = source.commit('filtered', { '.gitattributes': '* filter=evil\n', 'c.txt': 'c' });
    await fetch(commit, 'filtered');
    const into = await checkOut(commit, 'filtered');
    assert.equal(readFileSync(join(into, 'c.txt'), 'utf8'), 'c');
    assert.equal(readFileSync(join(into, 'a.txt'), 'utf8'), 'two');
    assert.equal(existsSync(join(into, '.git')), false);
    assert.equal(existsSync(join(root, 'evil')), false);
  });

  it('writes nothing through a committed link', async () => {
    const outside = join(root, 'outside');
    mkdirSync(outside);
    symlinkSync(outside, join(source.folder, 'way'));
    const commit = source.commit('linked', {});
    await fetch(commit, 'linked');
    await checkOut(commit, 'linked');
    assert.equal(existsSync(join(outside, 'a.txt')), false);
  });

  it('says that a commit is not there', async () => {
    await assert.rejects(fetch('1'.repeat(40), '1'.repeat(40)), { code: 'git.ref.unknown' });
  });

  it('fetches a commit again of which a fetch that was cut off left only a part', async () => {
    const commit = source.commit('cut', { 'a.txt': 'cut', 'folder/c.txt': 'c' });
    const cut = join(root, 'cut.git');
    source.git('init', '--quiet', '--bare', cut);
    const object = (id: string) => join('objects', id.slice(0, 2), id.slice(2));
    for (const id of [commit, source.git('rev-parse', `${commit}^{tree}`)]) {
      mkdirSync(join(cut, dirname(object(id))), { recursive: true });
      copyFileSync(join(source.folder, '.git', object(id)), join(cut, object(id)));
    }
    await repositories.fetch({ app: 'shop', repository: source.folder, commit, ref: 'cut', folder: cut });
    const into = join(root, 'whole');
    mkdirSync(into);
    await repositories.export({ folder: cut, commit, into, index: `${into}.index` });
    assert.equal(readFileSync(join(into, 'folder/c.txt'), 'utf8'), 'c');
  });

  it('forgets all commits but some', async () => {
    await fetch(first);
    assert.ok((await repositories.forget(folder, [second])) > 0);
    const refs = source.git('--git-dir', folder, 'for-each-ref', '--format=%(refname)', 'refs/muster');
    assert.equal(refs, keptRef(second));
  });

  it('says in one line why a repository cannot be read', async () => {
    const read = (repository: string) => repositories.resolve({ app: 'shop', repository, ref: 'main' });
    await assert.rejects(read(join(root, 'gone')), {
      code: 'git.unreachable',
      message: /^cannot read the repository of shop: '.*gone' does not appear to be a git repository$/,
    });
    await assert.rejects(read('ext::sh -c touch% evil'), { message: /transport 'ext' not allowed$/ });
    await assert.rejects(read('https://reem:hunter22@127.0.0.1:1/shop.git'), (error: Error) => {
      assert.match(error.message, /Failed to connect to 127\.0\.0\.1/);
      assert.ok(!JSON.stringify(error).includes('hunter22'));
      return true;
    });
  });
});

describe('git, as it is called', () => {
  const commit = 'a'.repeat(40);
  const words = (argv: readonly string[]) =>
    argv.filter((word, at) => word !== '-c' && argv[at - 1] !== '-c');

  it('gives no login to argv, but to the environment', async () => {
    const shell = fakeShell({ programs: () => ({ stdout: `${commit}\trefs/heads/main\n` }) });
    const repositories = git.open({ shell, options: {} });
    const where = { repository: 'https://h/x.git', login: 'reem:hunter2%40' };
    await repositories.resolve({ app: 'shop', ...where, ref: 'main' });
    const [call] = shell.calls;
    assert.deepEqual(words(call?.argv ?? []), [
      ...['git', 'ls-remote', '--quiet', '--heads', '--tags', '--', 'https://h/x.git'],
    ]);
    assert.deepEqual(call?.env, {
      ...GIT_ENV,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'http.https://h/x.git.extraHeader',
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${Buffer.from('reem:hunter2@').toString('base64')}`,
    });
  });

  it('fetches the branch where the server gives out no single commits', async () => {
    let has = 0;
    const shell = fakeShell({
      programs({ argv }) {
        if (argv.includes('rev-list')) {
          has += 1;
          return { code: has === 1 ? 128 : 0 };
        }
        if (argv.includes('ls-remote')) return { stdout: `${commit}\trefs/heads/main\n` };
        if (argv.includes('--depth=1'))
          return { code: 128, stderr: 'error: Server does not allow request for unadvertised object\n' };
        return {};
      },
    });
    const repositories = git.open({ shell, options: {} });
    const folder = '/r/repo.git';
    await repositories.fetch({ app: 'shop', repository: 'git://h/x', ref: 'main', commit, folder });
    const fetches = shell.calls
      .filter(({ argv }) => argv.includes('fetch'))
      .map(({ argv }) => words(argv).slice(2));
    assert.deepEqual(fetches, [
      [
        ...['fetch', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--quiet'],
        ...['--', 'git://h/x', `+${commit}:refs/muster/${commit}`],
      ],
      [
        ...['fetch', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--quiet'],
        ...['--', 'git://h/x', '+refs/heads/main:refs/fetched/refs/heads/main'],
      ],
    ]);
  });
});
