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
