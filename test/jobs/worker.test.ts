import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shell } from '../../src/shell.ts';
import { startRedis, type TestRedis } from '../redis.ts';
import { type Hall, idleShell, openHall, workStep } from './hall.ts';

describe('workers', () => {
  let server: TestRedis;
  let halls: Hall[];
  let started: string[];
  let undone: string[];
  let release: () => void;
  let released: Promise<void>;
  beforeEach(async () => {
    server = await startRedis();
    halls = [];
    started = [];
    undone = [];
    released = new Promise((resolve) => {
      release = resolve;
    });
  });
  afterEach(async () => {
    release();
    for (const hall of halls) await hall.close(0);
    await server.stop();
  });

  const acts = (name: string) => ({
    quick: async () => void started.push(`${name} quick`),
    long: (signal: AbortSignal) => {
      started.push(`${name} long`);
      return Promise.race([
        released,
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]);
    },
  });
  /** A hall that cannot find the steps called `test.trouble` for so many times. */
  const troubled = (times: number) => {
    const known = workStep(acts('only'), undone);
    const trouble = workStep(acts('only'), undone, { name: 'test.trouble' });
    let left = times;
    const hall = openHall(server, (step) => {
      if (step !== 'test.trouble') return known;
      left -= 1;
      if (left >= 0) throw new Error('no luck');
      return trouble;
    });
    halls.push(hall);
    return hall;
  };
  const open = (name: string, shells?: (host: string) => Shell) => {
    const hall = openHall(
      server,
      [workStep(acts(name), undone), workStep(acts(name), undone, { name: 'test.once', repeatable: false })],
      shells,
    );
    halls.push(hall);
    return hall;
  };
  const stage = (act: string, step = 'test.work') => [
    { name: act, steps: [{ step, host: 'web-1', title: act, input: { host: 'web-1', act } }] },
  ];
  /** A run whose step was under way in another process when that was killed. */
  const doomed = async (step: string) => {
    const script = new URL('./doomed.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--import', 'tsx', script, server.socket, step], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    return text.trim();
  };
  const until = async (sign: string) => {
    while (!started.includes(sign)) await sleep(10);
  };
  const waitEnded = async (hall: Hall, run: string) => {
    const end = await hall.ended(run);
    assert.equal((await hall.runs.history(run)).filter((event) => event.type === 'ended').length, 1);
    return end;
  };

  test('that are stopped give the step a grace time, then hand it to whoever comes next', async () => {
    const first = open('first');
    const run = await first.submit([...stage('long'), ...stage('quick')]);
    await until('first long');
    halls.splice(0, 1);
    await first.close(50);
    const second = open('second');
    await second.workers.attach([{ host: 'web-1', lane: 'change' }]);
    await until('second long');
    release();
    assert.equal((await waitEnded(second, run)).status, 'succeeded');
    assert.deepEqual(started, ['first long', 'second long', 'second quick']);
  });

  test('take over what a dead one held, after ending what it left on the host', async () => {
    const swept: string[] = [];
    const run = await doomed('test.work');
    const second = open('second', (host) => {
      const sweep = async (mark: string) => {
        swept.push(mark);
        return [];
      };
      const shell: Shell = { ...idleShell(host), sweep };
      return { ...shell, marked: () => shell };
    });
    await second.workers.attach([{ host: 'web-1', lane: 'change' }]);
    await until('second long');
    assert.deepEqual(swept, [`${run}.do.0.0`]);
    release();
    assert.equal((await waitEnded(second, run)).status, 'succeeded');
  });

  test('do not repeat a step that is not safe to repeat: it fails, and is undone', async () => {
    const run = await doomed('test.once');
    const second = open('second');
    await second.workers.attach([{ host: 'web-1', lane: 'change' }]);
    const end = await waitEnded(second, run);
    assert.equal(end.status, 'failed');
    assert.equal(end.error?.code, 'step.interrupted');
    assert.deepEqual(undone, ['long']);
    assert.deepEqual(started, []);
  });

  test('that are dedicated to a host keep managers from serving it', async () => {
    const worker = open('worker');
    await worker.workers.dedicate(['web-1']);
    const manager = open('manager');
    for (let round = 0; round < 5; round += 1) await waitEnded(manager, await manager.submit(stage('quick')));
    assert.deepEqual(new Set(started), new Set(['worker quick']));
  });

  test('two on one host still take one change at a time', async () => {
    const halls = [open('first'), open('second')];
    for (const hall of halls) await hall.workers.attach([{ host: 'web-1', lane: 'change' }]);
    const runs = await Promise.all(halls.map((hall) => hall.submit(stage('long'))));
    while (started.length === 0) await sleep(10);
    await sleep(300);
    assert.equal(started.length, 1);
    release();
    for (const run of runs) assert.equal((await waitEnded(halls[0] as Hall, run)).status, 'succeeded');
  });

  test('go on when Redis is killed and comes back', async () => {
    const hall = open('only');
    const run = await hall.submit([...stage('long'), ...stage('quick')]);
    await until('only long');
    await server.crash();
    release();
    assert.equal((await waitEnded(hall, run)).status, 'succeeded');
    assert.equal((await hall.audit.verify()).problem, undefined);
  });

  test('end a run that was accepted but never queued, because the manager died in between', async () => {
    const first = open('first');
    first.runs.onReady = () => new Promise<void>(() => {});
    void first.submit(stage('quick'), { id: 'r-orphan1' });
    while ((await first.runs.find('r-orphan1'))?.status !== 'running') await sleep(10);
    const second = open('second');
    await second.recover();
    assert.equal((await waitEnded(second, 'r-orphan1')).status, 'succeeded');
  });

  test('leave steps alone that come late to their queue: their run was cancelled, and has ended without them', async () => {
    const first = open('first');
    const begin = first.runs.onReady;
    first.runs.onReady = async () => {};
    const run = await first.submit(stage('quick'));
    const second = open('second');
    await second.runs.cancel(run, { person: 'max', platform: 'test', chat: 'test' }, 'test');
    await second.recover();
    assert.equal((await waitEnded(second, run)).status, 'cancelled');
    first.runs.onReady = begin;
    await begin(await first.runs.get(run));
    assert.equal((await waitEnded(first, await first.submit(stage('last')))).status, 'succeeded');
    assert.deepEqual(started, []);
  });

  test('take back a step that came late to its queue, and had begun when it was missed there', async () => {
    const first = open('first');
    first.runs.onReady = async () => {};
    const run = await first.submit(stage('long'));
    halls.splice(0, 1);
    await first.close(0);
    const second = open('second');
    const find = second.queues.find.bind(second.queues);
    second.queues.find = async (step) => {
      second.queues.find = find;
      const place = await find(step);
      await second.queues.add([step]);
      await until('second long');
      await second.runs.cancel(run, { person: 'max', platform: 'test', chat: 'test' }, 'test');
      return place;
    };
    await second.recover();
    assert.equal((await waitEnded(second, run)).status, 'cancelled');
    assert.deepEqual(undone, ['long']);
  });

  test('leave a step alone whose run was given up while it waited', async () => {
    const hall = open('only');
    const long = await hall.submit(stage('long'));
    await until('only long');
    const given = await hall.submit(stage('quick'));
    await hall.runs.end(await hall.runs.get(given), { status: 'failed', summary: 'given up', next: '/jobs' });
    const last = await hall.submit(stage('last'));
    await sleep(200);
    release();
    for (const run of [long, last]) assert.equal((await waitEnded(hall, run)).status, 'succeeded');
    assert.deepEqual(started, ['only long']);
  });

  test('go on with a run whose walking failed', async () => {
    const hall = troubled(2);
    const run = await hall.submit([...stage('quick'), ...stage('quick', 'test.trouble')]);
    assert.equal((await waitEnded(hall, run)).status, 'succeeded');
    assert.deepEqual(started, ['only quick', 'only quick']);
  });

  test('fail a run whose walking fails again and again, and let go of its locks', async () => {
    const hall = troubled(Number.POSITIVE_INFINITY);
    const stages = [...stage('quick'), ...stage('quick', 'test.trouble')];
    const run = await hall.submit(stages, { locks: ['app/shop'] });
    const end = await waitEnded(hall, run);
    assert.equal(end.status, 'failed');
    assert.match(end.summary, /Muster itself failed: no luck/);
    assert.equal(await hall.runs.holder('app/shop'), undefined);
  });
});
