import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { bundleClient } from '../../setup/bundle.mjs';
import type { HubConfig } from '../../src/hub.ts';
import { until } from '../until.ts';
import { type Container, openTestHub, type TestHubAndGate } from './container.ts';

describe('files, health and single lines of a container', () => {
  let folder: string;
  let there: TestHubAndGate;
  let container: Container;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-client-'));
    bundleClient(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    there = await openTestHub(join(folder, 'client/hub.js'));
    container = await there.container();
  });
  afterEach(() => there.stop());

  const files = (texts: Record<string, string>, mode = '0640'): HubConfig['files'] =>
    Object.entries(texts).map(([path, text]) => ({
      path: container.path(path),
      content: Buffer.from(text).toString('base64'),
      mode,
    }));
  const config = (version: string, texts: Record<string, string>, apply?: HubConfig['apply']): HubConfig => ({
    version,
    files: files(texts),
    ...(apply && { apply }),
  });

  test('are there before the command starts, with their mode, and nothing else is left beside them', async () => {
    there.hub.config = config('v1', { 'app/etc/app.conf': 'port=8080\n' });
    const { stdout, stderr } = await container.sh('cat app/etc/app.conf').ended;
    assert.deepEqual([stdout, stderr], ['port=8080\n', '']);
    assert.equal((await stat(container.path('app/etc/app.conf'))).mode & 0o777, 0o640);
    assert.deepEqual(await readdir(container.path('app/etc')), ['app.conf']);
  });

  test('are those from before where the hub is away, which is said, and the command waits for none', async () => {
    there.hub.config = config('v1', { 'app.conf': 'one' });
    await container.sh('true').ended;
    await there.gate.close();
    await rm(container.path('app.conf'));
    const again = await container.sh('cat app.conf', { HUB_DRAIN: '0.1' }).ended;
    assert.deepEqual([again.code, again.stdout], [0, 'one']);
    assert.match(again.stderr, /could not be asked .*starting with the files of 2/);
    const other = await there.container();
    assert.match((await other.sh('echo up', { HUB_DRAIN: '0.1' }).ended).stderr, /starting without/);
  });

  test('are waited for where they must be there', async () => {
    await there.gate.close();
    const running = container.sh('cat app.conf', { HUB_CONFIG: 'required' });
    await until(() => /waiting for it/.test(running.stderr()));
    there.hub.config = config('v1', { 'app.conf': 'here' });
    await there.gate.reopen();
    assert.equal((await running.ended).stdout, 'here');
    await there.gate.close();
    const stopped = (await there.container()).sh('echo never', { HUB_CONFIG: 'required' });
    await until(() => /waiting for it/.test(stopped.stderr()));
    stopped.child.kill('SIGTERM');
    const { code, stdout } = await stopped.ended;
    assert.deepEqual([code, stdout], [143, '']);
  });

  test('are refused with a place that is none, and the command is not started without them', async () => {
    for (const path of ['/tmp/../etc/app.conf', '/tmp/app/', '/', '/tmp//app.conf', 'app.conf']) {
      there.hub.config = { version: path, files: [{ path, content: '', mode: '0600' }] };
      const { code, stdout, stderr } = await container.sh('echo up').ended;
      assert.deepEqual([code, stdout], [126, ''], path);
      assert.match(stderr, /is no place for a file/);
    }
    there.hub.config = {
      version: 'x',
      files: [{ path: container.path('a'), content: '', mode: '0600', owner: 'nobody-here' }],
    };
    assert.match((await container.sh('echo up').ended).stderr, /nobody-here/);
    assert.deepEqual((await readdir(container.folder)).sort(), ['hub', 'state']);
  });

  test('are written anew when they change, and the command is signalled, or a program run', async () => {
    there.hub.config = config('v1', { 'app.conf': 'one\n' });
    const running = container.sh(
      'trap "cat app.conf" HUP; trap "exit 0" TERM; echo up; while :; do sleep 0.02; done',
    );
    await until(() => running.stdout().includes('up\n'));
    there.hub.config = config('v2', { 'app.conf': 'two\n' }, { signal: 'SIGHUP' });
    await until(() => running.stdout().includes('two\n'));
    await until(() => there.hub.asked.at(-1)?.has === 'v2');
    there.hub.config = config(
      'v3',
      { 'app.conf': 'three\n' },
      { run: ['cp', container.path('app.conf'), container.path('copy')] },
    );
    await until(() => there.hub.asked.at(-1)?.has === 'v3');
    assert.equal(await readFile(container.path('copy'), 'utf8'), 'three\n');
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 0);
  });

  test('are taken away where they are delivered no more, unless the image had them or somebody changed them', async () => {
    await writeFile(container.path('image.conf'), 'image');
    await chmod(container.path('image.conf'), 0o640);
    const all = { 'app.conf': 'one', 'old.conf': 'old', 'mine.conf': 'mine', 'image.conf': 'image' };
    there.hub.config = config('v1', all);
    const running = container.sh('trap "ls *.conf; exit 0" HUP; while :; do sleep 0.02; done');
    await until(() => there.hub.asked.at(-1)?.has === 'v1');
    await writeFile(container.path('mine.conf'), 'changed');
    there.hub.config = config('v2', { 'app.conf': 'one' }, { signal: 'HUP' });
    assert.equal((await running.ended).stdout, 'app.conf\nimage.conf\nmine.conf\n');
    assert.match(running.stderr(), /mine\.conf is delivered no more, and stays/);
    there.hub.config = config('v3', { 'new.conf': 'new' });
    assert.equal((await container.sh('ls *.conf').ended).stdout, 'image.conf\nmine.conf\nnew.conf\n');
  });

  test('have the command started again where they ask for it: what it prints is another stream', async () => {
    there.hub.config = config('v1', { 'app.conf': 'one\n' });
    const running = container.sh('cat app.conf; exec sleep 60');
    await until(() => there.hub.texts().includes('one'));
    there.hub.config = config('v2', { 'app.conf': 'two\n' }, 'restart');
    await until(() => there.hub.texts().includes('two'));
    assert.equal(there.hub.streams.size, 2);
    await until(() => there.hub.asked.at(-1)?.has === 'v2');
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 143);
  });

  test('do not start the command again that is to end while it is being restarted', async () => {
    there.hub.config = config('v1', { 'app.conf': 'one\n' });
    const script =
      'trap "while [ ! -e go ]; do sleep 0.02; done; exit 3" TERM; echo begun; while :; do sleep 0.02; done';
    const running = container.sh(script);
    await until(() => there.hub.texts().includes('begun'));
    there.hub.config = config('v2', { 'app.conf': 'two\n' }, 'restart');
    await until(() => running.stderr().includes('restart'));
    running.child.kill('SIGTERM');
    await writeFile(container.path('go'), '');
    assert.equal((await running.ended).code, 3);
    assert.deepEqual(there.hub.texts(), ['begun']);
  });

  test('are back as they were where a version cannot be applied, and the hub is told why', async () => {
    there.hub.config = config('v1', { 'app.conf': 'one', 'old.conf': 'old' });
    const running = container.sh('exec sleep 60');
    await until(() => there.hub.asked.some(({ has }) => has === 'v1'));
    const bad = ['sh', '-c', 'echo that is wrong; exit 4'];
    there.hub.config = config('v2', { 'app.conf': 'two', 'new.conf': 'new' }, { run: bad });
    await until(() => there.hub.asked.at(-1)?.refused === 'v2');
    assert.match(running.stderr(), /version v2 could not be applied: .*4.*that is wrong/);
    assert.equal(await readFile(container.path('app.conf'), 'utf8'), 'one');
    assert.ok(!(await readdir(container.folder)).includes('new.conf'));
    assert.ok((await readdir(container.folder)).includes('old.conf'));
    there.hub.config = config('v3', { 'app.conf': 'three' });
    await until(() => there.hub.asked.at(-1)?.has === 'v3');
    assert.equal(await readFile(container.path('app.conf'), 'utf8'), 'three');
    running.child.kill('SIGTERM');
    await running.ended;
  });

  test('are listed and fetched by hand', async () => {
    assert.equal((await container.start(['config']).ended).code, 1);
    there.hub.config = config('v1', { 'app.conf': 'one' });
    const fetched = await container.start(['config', 'fetch']).ended;
    assert.equal(fetched.code, 0);
    assert.match(fetched.stdout, /^v1 .*\n0640 +3 .*app\.conf\n$/);
    assert.equal((await container.start(['config']).ended).stdout, fetched.stdout);
    assert.equal((await container.start(['config', 'eat']).ended).code, 2);
  });

  test('health is told by hand, by a command and by an address', async () => {
    const told = await container.start([
      'health',
      'degraded',
      '--check',
      'db=unhealthy=no=answer',
      '--ttl',
      '5',
    ]).ended;
    assert.equal(told.code, 0);
    const [report] = there.hub.reports.splice(0);
    const checks = [{ name: 'db', status: 'unhealthy', detail: 'no=answer' }];
    assert.deepEqual(report, { status: 'degraded', ttl: 5_000, checks });
    for (const bad of [['fine'], ['healthy', '--check', 'db'], ['healthy', '--what']])
      assert.equal((await container.start(['health', ...bad]).ended).code, 2);
    const env = { HUB_HEALTH: 'echo "is it there?"; test -e well', HUB_HEALTH_EVERY: '1' };
    const running = container.sh('exec sleep 60', env);
    await until(() => there.hub.reports.at(-1)?.status === 'unhealthy');
    assert.match(there.hub.reports.at(-1)?.checks[0]?.detail ?? '', /is it there/);
    await writeFile(container.path('well'), '');
    await until(() => there.hub.reports.at(-1)?.status === 'healthy');
    running.child.kill('SIGTERM');
    await running.ended;
    there.hub.reports.length = 0;
    const asking = container.sh('exec sleep 60', { HUB_HEALTH: 'http://127.0.0.1:1/up' });
    await until(() => /ECONNREFUSED/.test(there.hub.reports[0]?.checks[0]?.detail ?? ''));
    asking.child.kill('SIGTERM');
    await asking.ended;
  });

  test('single lines are sent, and kept for the next start where the hub is away', async () => {
    assert.equal((await container.start(['log', 'hello', 'there']).ended).code, 0);
    const piped = container.start(['log']);
    piped.child.stdin?.end('one\ntwo');
    assert.equal((await piped.ended).code, 0);
    assert.deepEqual(there.hub.texts(), ['hello there', 'one', 'two']);
    await there.gate.close();
    const kept = await container.start(['log', 'later'], { HUB_DRAIN: '1' }).ended;
    assert.deepEqual([kept.code, /kept for later/.test(kept.stderr)], [0, true]);
    await there.gate.reopen();
    await container.sh('true').ended;
    assert.equal(there.hub.texts().at(-1), 'later');
  });
});
