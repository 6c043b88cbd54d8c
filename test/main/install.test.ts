/** `muster agent install` as users run it, where there is a systemd and where there is none. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unitOf } from '../../src/main/install.ts';

const MAIN = new URL('../../dist/main.js', import.meta.url).pathname;
const KEY = `SHA256:${'A'.repeat(43)}`;
const TOKEN = 'abcdefghijklmnopqrstuvwxyz';

async function install(t: TestContext, ...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-install-'));
  t.after(() => rm(folder, { recursive: true }));
  const run = async (...more: string[]) => {
    const child = spawn(process.execPath, [
      ...[MAIN, 'agent', 'install', '--no-systemd', '--state', join(folder, 'agent')],
      ...args,
      ...more,
    ]);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += String(chunk);
      });
    const exit = await new Promise((resolve) => child.once('exit', resolve));
    return { exit, text };
  };
  return { folder, run };
}

test('makes the keys once, for its owner only, and says what to run and what to compare', async (t) => {
  const { folder, run } = await install(t, '--trust', KEY, '--token', TOKEN, '--guardian');
  const first = await run();
  assert.equal(first.exit, 0, first.text);
  for (const name of ['worker', 'guardian']) {
    const state = join(folder, 'agent', name);
    assert.match(first.text, new RegExp(`agent ${name} --state ${state} `));
    assert.match(first.text, new RegExp(`${name}: SHA256:[A-Za-z0-9+/]{43}\\n`));
    assert.equal((await readFile(join(state, 'trusted'), 'utf8')).trim(), KEY);
    for (const file of [`keys/${name}.key`, 'trusted', 'enrolment'])
      assert.equal((await stat(join(state, file))).mode & 0o777, 0o600, file);
    assert.ok(!(await readFile(join(state, 'enrolment'), 'utf8')).includes(TOKEN));
  }
  assert.ok(!first.text.includes(TOKEN));
  assert.equal((await run()).text, first.text, 'the keys stay');
});

test('without a guardian there is a worker alone, and without a token nothing waits to be proved', async (t) => {
  const { folder, run } = await install(t, '--trust', KEY);
  assert.equal((await run()).exit, 0);
  assert.deepEqual(await readdir(join(folder, 'agent')), ['worker']);
  assert.ok(!(await readdir(join(folder, 'agent', 'worker'))).includes('enrolment'));
});

for (const [what, args] of [
  ['a key that is none', ['--trust', 'SHA256:short']],
  ['a token that is none', ['--trust', KEY, '--token', 'password']],
  ['a port that is none', ['--trust', KEY, '--port', '70000']],
  ['one port for both daemons', ['--trust', KEY, '--guardian', '--guardian-port', '4226']],
] as const)
  test(`${what} is refused before anything is written`, async (t) => {
    const { folder, run } = await install(t, ...args);
    const { exit, text } = await run();
    assert.equal(exit, 1);
    assert.match(text, /^muster: /);
    assert.deepEqual(await readdir(folder), []);
  });

test('who may not write there is told the place, and that it takes root', async (t) => {
  const { run } = await install(t, '--trust', KEY);
  // Nobody makes folders there, not even root.
  const { exit, text } = await run('--state', '/sys/kernel/muster');
  assert.equal(exit, 1);
  assert.match(text, /^muster: \/sys\/kernel\/muster may not be written\nRun it as root/);
});

test('a unit starts this very program, and a word in it can mean nothing else', async () => {
  const template = await readFile(new URL('../../systemd/muster-worker.service', import.meta.url), 'utf8');
  const unit = unitOf(template, {
    name: 'worker',
    args: ['--state', '/srv/a b%h$HOME"\\', '--listen', '[::]:4226'],
  });
  const line = unit.split('\n').find((one) => one.startsWith('ExecStart=')) as string;
  assert.ok(line.startsWith(`ExecStart=${process.execPath} `), line);
  assert.ok(line.includes(' agent worker --state "/srv/a b%%h$$HOME\\"\\\\" --listen "[::]:4226"'), line);
  assert.equal(unit.replace(line, ''), template.replace(/^ExecStart=.*$/m, ''));
});
