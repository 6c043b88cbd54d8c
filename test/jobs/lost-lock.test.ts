import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { connectRedis, type Redis } from '../../src/adapters/redis/connection.ts';
import { openProxy, type TestProxy } from '../proxy.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { until } from '../until.ts';
import { gated, openGatedHall } from './gated.ts';
import { type Hall, openHall, workStep } from './hall.ts';

/** What a worker does that was away longer than its lock lasts, and whose step another one has taken up meanwhile. */
describe('a worker that lost its lock', () => {
  let server: TestRedis;
  let proxy: TestProxy;
  let folder: string;
  let halls: Hall[];
  let connections: Redis[];
  let seen: string[];
  let undone: string[];
  let gates: Map<string, (how: 'ends' | 'fails') => void>;
  beforeEach(async () => {
    server = await startRedis();
    proxy = await openProxy(server.socket);
    folder = await mkdtemp(join(tmpdir(), 'muster-gate-'));
    [halls, connections, seen, undone, gates] = [[], [], [], [], new Map()];
  });
  afterEach(async () => {
    proxy.resume();
    for (const hall of halls) await hall.close(0);
    for (const redis of connections) redis.disconnect();
    await proxy.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const open = (name: string, socket = server.socket) => {
    const long = (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        seen.push(`${name} begins`);
        const stop = () => {
          seen.push(`${name} stops`);
          reject(signal.reason);
        };
        signal.addEventListener('abort', stop);
        gates.set(name, (how) => {
          signal.removeEventListener('abort', stop);
          if (how === 'ends') resolve();
          else reject(new Error('no luck'));
        });
      });
    const quick = async () => void seen.push(`${name} quick`);
    const connect = () => {
      const redis = connectRedis(socket);
      connections.push(redis);
      return redis;
    };
    const hall = openHall({ connect }, [workStep({ long, quick }, undone)]);
    halls.push(hall);
    return hall;
  };
  const lane = [{ host: 'web-1', lane: 'change' as const }];
  const stage = (act: string) => ({
    name: act,
    steps: [{ step: 'test.work', host: 'web-1', title: act, input: { host: 'web-1', act } }],
  });
  const log = () => readFile(join(folder, 'log'), 'utf8').catch(() => '');

  test('because it was frozen leaves the step, and its processes, to whoever has it now', async () => {
    const script = new URL('./gated.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, server.socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    try {
      await until(() => said.includes('ready'));
      const hall = openGatedHall(server);
      halls.push(hall);
      hall.workers.attach = async () => {};
      const steps = [gated({ host: 'web-1', folder })];
      const run = await hall.submit([{ name: 'one', steps }]);
      await until(async () => (await log()) === 'begun\n');
      child.kill('SIGSTOP');
      Reflect.deleteProperty(hall.workers, 'attach');
      await hall.workers.attach(lane);
      await until(async () => (await log()) === 'begun\nbegun\n');
      const before = said.length;
      child.kill('SIGCONT');
      await until(() => said.slice(before).includes('idle'));
      await appendFile(join(folder, 'gate'), '');
      assert.equal((await hall.ended(run)).status, 'succeeded');
      assert.equal(await log(), 'begun\nbegun\nended\n');
    } finally {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  });

  test('because Redis does not answer it stops before another one begins', async () => {
    const first = open('first', proxy.socket);
    const second = open('second');
    const run = await first.submit([stage('long')]);
    await until(() => seen.includes('first begins'));
    proxy.hang();
    await second.workers.attach(lane);
    await until(() => seen.includes('second begins'));
    assert.deepEqual(seen, ['first begins', 'first stops', 'second begins']);
    proxy.resume();
    await until(() => first.workers.active === 0);
    gates.get('second')?.('ends');
    assert.equal((await second.ended(run)).status, 'succeeded');
    assert.deepEqual(undone, []);
  });

  for (const how of ['fails', 'ends'] as const)
    test(`says too late that the step ${how}: it counts how it goes where it was taken up`, async () => {
      const first = open('first', proxy.socket);
      const second = open('second');
      const run = await first.submit([stage('long'), stage('quick')]);
      await until(() => seen.includes('first begins'));
      proxy.hang();
      gates.get('first')?.(how);
      await second.workers.attach(lane);
      await until(() => seen.includes('second begins'));
      proxy.resume();
      await until(() => first.workers.active === 0);
      assert.deepEqual(seen, ['first begins', 'second begins']);
      gates.get('second')?.('ends');
      assert.equal((await second.ended(run)).status, 'succeeded');
      assert.deepEqual(undone, []);
      const events = await second.runs.history(run);
      const states = events.flatMap((event) =>
        event.type === 'step' && event.state !== 'running' ? [event.state] : [],
      );
      assert.deepEqual(states, ['done', 'done']);
    });
});
