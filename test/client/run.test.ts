import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { bundleClient } from '../../setup/bundle.mjs';
import { CALLER } from '../gate.ts';
import { until } from '../until.ts';
import { Container, openTestHub, type TestHubAndGate } from './container.ts';

describe('hub run', () => {
  let folder: string;
  let bundle: string;
  let there: TestHubAndGate;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-client-'));
    bundleClient(folder);
    bundle = join(folder, 'client/hub.js');
  });
  after(() => rm(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    there = await openTestHub(bundle);
  });
  afterEach(() => there.stop());

  test('ships what a command prints, passes it on, and keeps its exit code', async () => {
    const container = await there.container();
    const { code, stdout, stderr } = await container.sh('echo one; echo two >&2; printf three; exit 7').ended;
    assert.equal(code, 7);
    assert.equal(stdout, 'one\nthree');
    assert.equal(stderr, 'two\n');
    assert.deepEqual(there.hub.texts('stdout'), ['one', 'three']);
    assert.deepEqual(there.hub.texts('stderr'), ['two']);
    const [lines] = [...there.hub.streams.values()];
    const times = lines?.map(({ time }) => BigInt(time)) ?? [];
    assert.ok(times.every((time, index) => index === 0 || time > (times[index - 1] as bigint)));
    const [report] = there.hub.reports;
    assert.equal(report?.status, 'unhealthy');
    assert.match(report?.checks[0]?.detail ?? '', /7/);
    assert.deepEqual(await readdir(container.path('state/spool')), []);
  });

  test('passes every signal on, and ends as the command did', async () => {
    const container = await there.container();
    const script =
      'for s in HUP INT QUIT USR1 USR2 WINCH; do trap "echo got $s" $s; done; trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.05; done';
    const running = container.sh(script);
    await until(() => running.stdout().includes('up\n'));
    for (const signal of ['HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'WINCH']) {
      running.child.kill(`SIG${signal}` as NodeJS.Signals);
      await until(() => running.stdout().includes(`got ${signal}\n`));
    }
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 3);
    assert.equal(there.hub.texts().at(-1), 'bye');
    assert.equal((await container.sh('kill -KILL $$').ended).code, 137);
  });

  test('gives what a shell gives for a command that is not there or cannot be run', async () => {
    const container = await there.container();
    const missing = await container.start(['run', '--', 'no-such-command']).ended;
    assert.deepEqual([missing.code, /no-such-command/.test(missing.stderr)], [127, true]);
    const denied = await container.start(['run', '--', container.folder]).ended;
    assert.equal(denied.code, 126);
    assert.equal((await container.start(['run']).ended).code, 2);
    assert.equal((await container.start(['walk']).ended).code, 2);
  });

  test('only runs the command where nobody told it of a hub', async () => {
    const container = await Container.create(bundle);
    const ran = await container.sh('echo hello; exit 5').ended;
    assert.deepEqual(ran, { code: 5, stdout: 'hello\n', stderr: '' });
    assert.deepEqual(await readdir(container.folder), ['hub']);
    await container.stop();
  });

  test('runs the command also where what is mounted cannot be used, and says so', async () => {
    const container = await there.container();
    await writeFile(container.path('hub/key.pem'), 'no key');
    const { code, stdout, stderr } = await container.sh('echo hello').ended;
    assert.deepEqual([code, stdout], [0, 'hello\n']);
    assert.match(stderr, /cannot be used/);
  });

  test('shows another certificate once its own has run out', async () => {
    const container = await there.container();
    const running = container.sh(
      'echo one; while [ ! -e stop ]; do sleep 0.01; done; echo two; exec sleep 60',
    );
    await until(() => there.hub.texts().length === 1);
    there.gate.clock.ahead = 2 * 3_600_000;
    await writeFile(container.path('stop'), '');
    await until(() => /hub is away/.test(running.stderr()));
    assert.equal(there.hub.texts().length, 1);
    await container.mount(there.gate.authority.issue(CALLER));
    await until(() => there.hub.texts().length === 2);
    running.child.kill('SIGTERM');
    await running.ended;
    assert.equal((await stat(container.path('state'))).mode & 0o777, 0o700);
  });

  test('takes nothing that is heavy with it', async () => {
    const text = await readFile(bundle, 'utf8');
    assert.ok(text.length < 60_000, `${text.length} bytes`);
    assert.doesNotMatch(text, /zod|peculiar|pino/i);
  });
});
