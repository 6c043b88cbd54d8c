import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { bundleClient } from '../../setup/bundle.mjs';
import { LONGEST_LINE } from '../../src/hub-place.ts';
import { until } from '../until.ts';
import { openTestHub, type TestHubAndGate } from './container.ts';

describe('what a command prints', () => {
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

  test('delivers lines that are no text, that are long, and that are empty, in parts where they must be', async () => {
    const container = await there.container();
    await writeFile(container.path('long'), `${'ä'.repeat(LONGEST_LINE)}\n\n\u0000\u001b[31m\n`);
    await writeFile(container.path('broken'), Buffer.from([0x61, 0xff, 0xc3, 0x0a, 0x62, 0x0d, 0x0a]));
    const { stdout } = await container.sh('cat long broken').ended;
    assert.equal(stdout, `${'ä'.repeat(LONGEST_LINE)}\n\n\u0000\u001b[31m\na\ufffd\ufffd\nb\r\n`);
    const [lines = []] = [...there.hub.streams.values()];
    assert.deepEqual(
      lines.map(({ text, part }) => [text.length, part ?? false]),
      [
        [LONGEST_LINE / 2, true],
        [LONGEST_LINE / 2, false],
        [0, false],
        [6, false],
        [3, false],
        [1, false],
      ],
    );
    assert.deepEqual(
      lines.slice(3).map(({ text }) => text),
      ['\u0000\u001b[31m', 'a\ufffd\ufffd', 'b'],
    );
  });

  test('keeps what is printed while the hub is away, and brings it when the hub is back: nothing lost, nothing twice', async () => {
    const container = await there.container();
    const running = container.sh(
      'i=0; while [ ! -e stop ]; do i=$((i+1)); echo line $i; sleep 0.01; done; echo last $i',
    );
    await until(() => there.hub.texts().length > 5);
    await there.gate.close();
    const printed = running.stdout().length;
    await until(() => running.stdout().length > printed + 300);
    await there.gate.reopen();
    await writeFile(container.path('stop'), '');
    const { stdout, code } = await running.ended;
    assert.equal(code, 0);
    assert.deepEqual(there.hub.texts('stdout'), stdout.trimEnd().split('\n'));
    assert.equal(there.hub.streams.size, 1);
  });

  test('brings what a killed client left at its next start, beside what is printed then', async () => {
    const container = await there.container();
    await there.gate.close();
    const killed = container.sh('for i in 1 2 3; do echo before $i; done; exec sleep 60');
    await until(() => killed.stdout().includes('before 3\n'));
    await until(async () => (await sizeOf(container.path('state/spool'))) > 100);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await there.gate.reopen();
    await container.sh('echo after').ended;
    assert.deepEqual([...there.hub.streams.values()].map((lines) => lines.map(({ text }) => text)).sort(), [
      ['after'],
      ['before 1', 'before 2', 'before 3'],
    ]);
    assert.deepEqual(await readdir(container.path('state/spool')), []);
  });

  test('brings nothing of another life that still prints into the same folder', async () => {
    const container = await there.container();
    await there.gate.close();
    const first = container.sh('echo of the first; exec sleep 60');
    await until(() => first.stdout().includes('first'));
    await until(async () => (await sizeOf(container.path('state/spool'))) > 50);
    const second = container.sh('echo of the second; exec sleep 60');
    await until(() => second.stdout().includes('second'));
    first.child.kill('SIGSTOP');
    await there.gate.reopen();
    await until(() => there.hub.texts().length > 0);
    second.child.kill('SIGTERM');
    await second.ended;
    assert.deepEqual(there.hub.texts(), ['of the second']);
    first.child.kill('SIGKILL');
    await first.ended;
    await container.sh('true').ended;
    assert.deepEqual(there.hub.texts(), ['of the second', 'of the first']);
    assert.deepEqual(await readdir(container.path('state/spool')), []);
  });

  test('says what it could not deliver before it ended, and delivers it after the next start', async () => {
    const container = await there.container();
    await there.gate.close();
    const { code, stderr } = await container.sh('echo one; echo two', { HUB_DRAIN: '1' }).ended;
    assert.equal(code, 0);
    assert.match(stderr, /2 lines were not delivered/);
    await there.gate.reopen();
    await container.sh('true').ended;
    assert.deepEqual(there.hub.texts(), ['one', 'two']);
  });

  test('delivers no longer than the container may take to end, together with its command', async () => {
    const container = await there.container();
    there.hub.trouble = { status: 429, headers: { 'Retry-After': '1' }, body: { next: 1 } };
    const script = 'trap "sleep 0.2; exit 4" TERM; echo one; while :; do sleep 0.02; done';
    const running = container.sh(script, { HUB_DRAIN: '900', HUB_STOP: '2' });
    await until(() => running.stdout().includes('one'));
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    assert.equal(code, 4);
    assert.match(stderr, /1 line was not delivered/);
  });

  test('drops no more than it must where there is no room, counts it, and says it at its place', async () => {
    const container = await there.container();
    await there.gate.close();
    const script =
      'for i in $(seq 1 400); do echo "$i $(printf %0200d 0)"; done; touch full; while [ ! -e go ]; do sleep 0.01; done; echo after';
    const running = container.sh(script, { HUB_SPOOL_MB: '0.02' });
    await until(() => running.stdout().includes('\n400 '));
    await there.gate.reopen();
    await until(() => there.hub.texts().length > 50);
    await until(() => there.hub.texts().length === [...there.hub.streams.values()].flat().at(-1)?.seq);
    await writeFile(container.path('go'), '');
    assert.equal((await running.ended).code, 0);
    const texts = there.hub.texts();
    const kept = texts.filter((text) => /^\d/.test(text));
    const dropped = texts
      .filter((text) => /dropped/.test(text))
      .map((text) => Number(/(\d+)/.exec(text)?.[1]));
    assert.equal(kept.length + dropped.reduce((all, one) => all + one, 0), 400);
    assert.deepEqual(
      kept.map((text) => Number(text.split(' ')[0])),
      kept.map((_, index) => index + 1),
    );
    assert.equal(texts.at(-1), 'after');
  });

  test('has a command wait that prints more than the hub takes: nothing is dropped while the hub is there', async () => {
    const container = await there.container();
    const { code, stderr } = await container.sh('seq 1 5000', { HUB_SPOOL_MB: '0.2', HUB_DRAIN: '60' }).ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(
      there.hub.texts(),
      Array.from({ length: 5_000 }, (_, index) => `${index + 1}`),
    );
  });

  test('has hub log wait as well where more is written to it than the hub takes', async () => {
    const container = await there.container();
    const running = container.start(['log'], { HUB_SPOOL_MB: '4', HUB_DRAIN: '60' });
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index + 1}`);
    running.child.stdin?.end(`${lines.join('\n')}\n`);
    const { code, stderr } = await running.ended;
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(there.hub.texts(), lines);
  });

  test('has no command wait for room that cannot be: what is lost then is counted', async () => {
    const container = await there.container();
    const { code, stdout, stderr } = await container.sh('seq 1 1000', { HUB_SPOOL_MB: '0.00005' }).ended;
    assert.deepEqual([code, stdout.length], [0, 3_893]);
    assert.match(stderr, /1000 lines were lost/);
    assert.deepEqual(there.hub.texts(), []);
  });

  test('slows down where the hub says so, and goes on with what the hub has kept', async () => {
    const container = await there.container();
    there.hub.most = 3;
    const running = container.sh('for i in 1 2 3 4 5; do echo $i; done; exec sleep 60');
    await until(() => there.hub.texts().length >= 3);
    there.hub.most = Number.POSITIVE_INFINITY;
    await until(() => there.hub.texts().length === 5);
    assert.deepEqual(there.hub.texts(), ['1', '2', '3', '4', '5']);
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 143);
  });
});

async function sizeOf(folder: string): Promise<number> {
  let size = 0;
  for (const name of await readdir(folder, { recursive: true }))
    size += (await stat(join(folder, name))).size;
  return size;
}
