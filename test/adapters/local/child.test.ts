import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { type KeptChild, keepRunning } from '../../../src/adapters/local/child.ts';
import { until } from '../../until.ts';

const CHILD = `
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
process.send({ pid: process.pid });
setInterval(() => {}, 1000);
`;
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('a child is started again whenever it ends, after a pause that grows, and no more once it is closed', async () => {
  const pids: number[] = [];
  const ends: { code: number | null; signal: string | null; pause: number }[] = [];
  const child: KeptChild = keepRunning({
    argv: [process.execPath, '-e', CHILD],
    pause: { first: 10, most: 40 },
    onMessage: (message) => pids.push((message as { pid: number }).pid),
    onEnd: (how) => ends.push(how),
  });
  for (let round = 1; round <= 4; round += 1) {
    await until(() => pids.length === round);
    process.kill(pids.at(-1) as number, 'SIGKILL');
  }
  await until(() => pids.length === 5);
  assert.deepEqual(
    ends,
    [10, 20, 40, 40].map((pause) => ({ code: null, signal: 'SIGKILL', pause })),
  );
  await child.close();
  assert.ok(pids.every(gone));
  assert.equal(ends.length, 4);
});

test('a child has in its environment what it is given, unless its parent has that', async () => {
  const said: unknown[] = [];
  const tell =
    'process.send([process.env.UV_THREADPOOL_SIZE, process.env.PATH]); setInterval(() => {}, 1000)';
  const child = keepRunning({
    argv: [process.execPath, '-e', tell],
    env: { UV_THREADPOOL_SIZE: '7', PATH: '/nowhere' },
    onMessage: (message) => said.push(message),
    onEnd() {},
  });
  await until(() => said.length === 1);
  assert.deepEqual(said, [[process.env.UV_THREADPOOL_SIZE ?? '7', process.env.PATH]]);
  await child.close();
});

test('a child is told when its parent is gone, however that ended', async () => {
  const module = new URL('../../../src/adapters/local/child.ts', import.meta.url).href;
  const parent = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `const { keepRunning } = await import(${JSON.stringify(module)});
       keepRunning({ argv: [process.execPath, '-e', ${JSON.stringify(CHILD)}], onMessage: (m) => console.log(m.pid), onEnd() {} });`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  parent.stdout.on('data', (chunk) => {
    text += String(chunk);
  });
  const pid = Number(await until(() => /\d+/.exec(text)?.[0]));
  assert.equal(gone(pid), false);
  parent.kill('SIGKILL');
  await until(() => gone(pid), 'the child is gone');
});
