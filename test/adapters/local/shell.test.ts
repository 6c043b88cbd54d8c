import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { rejectsWith, shellConformance } from '../../conformance/shell.ts';

shellConformance('the local link', { processes: true }, async () => {
  const shell = localShell({ host: 'here' });
  return { shell, close: () => shell.close() };
});

test("Muster's own credentials are not in the environment of its programs", async () => {
  const environment = {
    PATH: process.env.PATH,
    TELEGRAM_TOKEN: 'x',
    REDIS_URL: 'x',
    MUSTER_MARK: 'outer',
    LANG: 'C',
  };
  const { stdout } = await localShell({ host: 'here', environment }).run(['env']);
  assert.deepEqual(stdout.trim().split('\n').sort(), ['LANG=C', `PATH=${process.env.PATH}`]);
});

test('a file that may not be executed is denied, not missing', async () => {
  const error = await rejectsWith('host.denied', localShell({ host: 'here' }).run(['/etc/passwd']));
  assert.match(error.message, /here: passwd may not be started/);
});

test('a program that prints without end leaves others their turn', async () => {
  let [bytes, most] = [0, 0];
  let turn = setImmediate(function next() {
    bytes = 0;
    turn = setImmediate(next);
  });
  const onLine = (line: string) => {
    bytes += line.length + 1;
    most = Math.max(most, bytes);
  };
  await localShell({ host: 'here' }).run(['head', '--bytes=30000000', '/dev/zero'], { keep: 1, onLine });
  clearImmediate(turn);
  assert.ok(most <= 4 * 64 * 1024, `${most} bytes in one turn`);
});
