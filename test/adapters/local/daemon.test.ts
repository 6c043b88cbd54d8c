import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { launchDaemon } from '../../../src/adapters/local/daemon.ts';
import { rejectsWith } from '../../conformance/shell.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-daemon-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a daemon leads a session of its own, logs to its file and carries no mark', async () => {
  const logFile = join(folder, 'daemon.log');
  process.env.MUSTER_MARK = 'outer';
  const script = 'echo "mark=$MUSTER_MARK word=$WORD at $PWD"; echo ready >&2; exec sleep 600';
  const daemon = await launchDaemon(['sh', '-c', script], { logFile, env: { WORD: 'x' }, cwd: folder });
  delete process.env.MUSTER_MARK;
  try {
    while (!(await readFile(logFile, 'utf8')).includes('ready')) await sleep(20);
    assert.equal(await readFile(logFile, 'utf8'), `mark= word=x at ${folder}\nready\n`);
    const stat = await readFile(`/proc/${daemon.pid}/stat`, 'utf8');
    const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    assert.deepEqual([Number(group), Number(session)], [daemon.pid, daemon.pid]);
  } finally {
    process.kill(daemon.pid, 'SIGKILL');
  }
});

test('a daemon whose program is missing is reported', async () => {
  const logFile = join(folder, 'missing.log');
  await rejectsWith('shell.notfound', launchDaemon(['muster-no-such-program'], { logFile }));
});
