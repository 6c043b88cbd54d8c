/** Templates and data of a git repository: what is sound is in force as a whole, what is not changes nothing and is told. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { git } from '../../../src/adapters/git/git.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import type { Alarm } from '../../../src/alarm.ts';
import { Config } from '../../../src/config/config.ts';
import { NO_VALUES, type Values } from '../../../src/hubs/config/values.ts';
import { Follower } from '../../../src/jobs/files/follower.ts';
import { SharedTrees, TreeStore } from '../../../src/jobs/files/repository.ts';
import { Lease } from '../../../src/jobs/lease.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { until } from '../../until.ts';

describe('a repository of templates', { skip: needs(['git', 'redis-server']) }, () => {
  let folder: string;
  let server: TestRedis;
  let config: Config;
  let store: TreeStore;
  const alarms: Alarm[] = [];
  const commits: (readonly string[])[] = [];
  let values: Values = NO_VALUES;
  let onCommit = async (changed: readonly string[]) => void commits.push(changed);
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const repository = () => join(folder, 'repository');
  const run = (...argv: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...argv], { cwd: repository() });
  const commit = async (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(repository(), path)), { recursive: true });
      await writeFile(join(repository(), path), text);
    }
    run('add', '--all');
    run('commit', '--quiet', '-m', 'x');
  };
  const follower = (every?: number) =>
    new Follower({
      config: () => config,
      store,
      values: { now: async () => values },
      git: git.open({ shell: localShell({ host: 'muster' }), options: {} }),
      address: (address) => ({ repository: address }),
      state: join(folder, 'state'),
      alarms: {
        raise: async (alarm) => void alarms.push(alarm),
        clear: async (key) =>
          void alarms.splice(0, alarms.length, ...alarms.filter((one) => one.key !== key)),
      },
      lease: new Lease({ redis: server.connect(), name: 'templates', log }),
      onCommit: (_, changed) => onCommit(changed),
      log,
      every,
    });
  const tree = () => new SharedTrees(store).tree(config);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-followed-'));
    server = await startRedis('everysec');
    store = new TreeStore(server.connect());
    await mkdir(repository());
    run('init', '--quiet', '--initial-branch=main');
    await mkdir(join(folder, 'config/data'), { recursive: true });
    await writeFile(join(folder, 'config/data/secret.yml'), 'pw: "env:PW"');
    const parsed = Config.parse({
      hosts: { 'web-1': { link: 'local' } },
      files: {
        a: { template: 'a', path: '/etc/a', targets: ['host/web-1'] },
        b: { template: 'b', path: '/etc/b', targets: ['host/web-1'] },
      },
      settings: { templates: { repository: repository() } },
    });
    config = { ...parsed, folder: join(folder, 'config') };
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('gives nothing before it was fetched, and then all of a commit, with the secrets of the own folder', async () => {
    assert.equal((await tree()).problems.length, 1);
    await commit({ 'templates/a': '{{x}} {{pw}}', 'templates/b': '{{y}}', 'data/site.yml': 'x: 1\ny: 1\n' });
    await follower().look();
    const found = await tree();
    assert.deepEqual([found.problems, found.templates.text('a')], [[], '{{x}} {{pw}}']);
    assert.deepEqual(Object.keys(found.data).sort(), ['secret', 'site']);
    assert.deepEqual(commits, [['a', 'b']]);
    await follower().look();
    assert.equal(commits.length, 1);
  });

  test('changes nothing with a commit that is bad, which is told with file and line until it is mended', async () => {
    const bad = follower();
    await commit({ 'templates/a': 'x\n{{gone}}' });
    await bad.look();
    assert.equal((await tree()).templates.text('a'), '{{x}} {{pw}}');
    assert.deepEqual(alarms[0]?.lines, ['templates/a:2:1: a:2: the data has no gone']);
    await bad.look();
    assert.equal(alarms.length, 1);
    await commit({ 'data/site.yml': 'x: 1\ny: 1\ngone: no\n' });
    await bad.look();
    assert.deepEqual([alarms.length, commits.at(-1)], [0, ['a']]);
  });

  test('is taken once data that was set mends it, and told although a manager was killed before it did', async () => {
    const mended = follower();
    await commit({ 'templates/b': '{{y}} {{set}}' });
    await mended.look();
    assert.equal(alarms.length, 1);
    values = { version: 1, layers: { site: { set: 'here' } } };
    const told = onCommit;
    onCommit = async () => Promise.reject(new Error('killed'));
    await assert.rejects(mended.look(), /killed/);
    assert.deepEqual([alarms.length, (await tree()).templates.text('b')], [0, '{{y}} {{set}}']);
    onCommit = told;
    const count = commits.length;
    await follower().look();
    await follower().look();
    assert.deepEqual(commits.slice(count), [['b']]);
  });

  test('may not name secrets, nor hold links', async () => {
    await commit({ 'data/secret-app-x.yml': 'pw: "file:/etc/shadow"' });
    await symlink('/etc/passwd', join(repository(), 'templates/c'));
    run('add', '--all');
    run('commit', '--quiet', '-m', 'x');
    await follower().look();
    const lines = alarms[0]?.lines?.join('\n') ?? '';
    assert.match(lines, /templates\/c: it is a symbolic link/);
    assert.match(lines, /data\/secret-app-x\.yml: secrets are named/);
    run('reset', '--quiet', '--hard', 'HEAD~2');
  });

  test('is followed by itself, by one manager', async () => {
    const [one, two] = [follower(50), follower(50)];
    one.start();
    two.start();
    const count = commits.length;
    await commit({ 'data/site.yml': 'x: 1\ny: 2\ngone: no\n' });
    await until(() => commits.length > count);
    assert.deepEqual(commits.at(-1), ['b']);
    await Promise.all([one.close(), two.close()]);
    assert.equal(commits.length, count + 1);
  });
});
