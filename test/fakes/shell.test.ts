import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { MusterError } from '../../src/errors.ts';
import { quote } from '../../src/shell.ts';
import { rejectsWith, shellConformance } from '../conformance/shell.ts';
import { type Call, fakeShell, type Scripted } from './shell.ts';

/** What the programs of the conformance suite do, told to the fake. */
function programs({ argv, stdin, cwd, env }: Call): Scripted | undefined {
  const [program, first = '', ...rest] = argv;
  if (program === 'printf') return { stdout: rest.map((word) => `${word}|`).join('') };
  if (program === 'cat') return { stdout: stdin ?? '' };
  if (program === 'pwd') return cwd === '/usr' ? { stdout: '/usr\n' } : { missing: 'folder' };
  if (program === 'printenv') return first in env ? { stdout: `${env[first]}\n` } : { code: 1 };
  if (program === 'sleep') return { delay: Number.POSITIVE_INFINITY };
  if (program === 'muster-no-such-program') return { missing: 'program' };
  return SCRIPTS[rest[0] ?? ''];
}

const numbers = Array.from({ length: 30 }, (_, index) => `${index + 1}\n`).join('');
const SCRIPTS: Record<string, Scripted> = {
  "printf 'one\\r\\ntwo\\n\\nlast'; echo err >&2": { stdout: 'one\r\ntwo\n\nlast', stderr: 'err\n' },
  'seq 30; echo why >&2; exit 3': { stdout: numbers, stderr: 'why\n', code: 3 },
  'exit 127': { code: 127 },
  'kill -9 $$': { signal: 'SIGKILL' },
  'cat /etc/hostname >/dev/full': { stderr: 'cat: write error: No space left on device\n', code: 1 },
  'echo x; sleep 1': { stdout: 'x\n', delay: 10 },
};

shellConformance('the fake', { processes: false }, async () => {
  const shell = fakeShell({ programs });
  return { shell, close: () => shell.close() };
});

test('the fake refuses what nobody scripted', async () => {
  const shell = fakeShell({ programs: { 'docker info': {} } });
  await shell.run(['docker', 'info']);
  await assert.rejects(shell.run(['docker', 'ps', 'a b']), /nobody scripted: docker ps 'a b'/);
  await assert.rejects(shell.run(['docker']), /nobody scripted/);
});

test('the fake records what it was asked', async () => {
  const shell = fakeShell({ programs: { [['git', 'apply', '-'].map(quote).join(' ')]: { stdout: 'ok' } } });
  const options = { stdin: Buffer.from('diff'), cwd: '/srv', env: { LC_ALL: 'C' } };
  await shell.marked('r-1').run(['git', 'apply', '-'], options);
  assert.deepEqual(shell.calls, [
    {
      argv: ['git', 'apply', '-'],
      stdin: 'diff',
      cwd: '/srv',
      env: { LC_ALL: 'C', MUSTER_MARK: 'r-1' },
      mark: 'r-1',
    },
  ]);
});

test('a sweep of the fake ends what carries the mark and tells scripted survivors', async () => {
  const survivor = { pid: 7, command: 'dd' };
  const shell = fakeShell({
    programs: { 'sleep 600': { delay: Number.POSITIVE_INFINITY } },
    survivors: { 'r-2': [survivor] },
  });
  const marked = shell.marked('r-1').run(['sleep', '600']);
  const swept = rejectsWith('shell.signal', marked);
  const others = [shell.marked('r-2').run(['sleep', '600']), shell.run(['sleep', '600'])];
  const ends = Promise.all(others.map((run) => run.catch((error: MusterError) => error.code)));
  await new Promise(setImmediate);
  assert.deepEqual(await shell.sweep('r-1'), []);
  await swept;
  assert.deepEqual(await shell.sweep('r-2'), [survivor]);
  await shell.close();
  assert.deepEqual(await ends, ['shell.signal', 'shell.aborted']);
  assert.deepEqual(shell.swept, ['r-1', 'r-2']);
});

test('the fake connects to scripted sockets only', async () => {
  const socket = new PassThrough();
  const shell = fakeShell({ sockets: { '/run/docker.sock': () => socket } });
  assert.equal(await shell.connect('/run/docker.sock'), socket);
  await assert.rejects(shell.connect('/run/other.sock'), { code: 'ECONNREFUSED' });
});
