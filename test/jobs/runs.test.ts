import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type TestRedis } from '../redis.ts';
import { type Hall, openHall, workStep } from './hall.ts';

const by = { person: 'max', platform: 'test', chat: 'test' };
const DONE = { status: 'succeeded', summary: 'done', next: '/jobs' } as const;

/** Runs that nobody walks: a manager died, or another one has them. */
describe('runs', () => {
  let server: TestRedis;
  let halls: Hall[];
  let ready: string[];
  let stopped: string[];
  const work = workStep({}, []);
  const stages = [{ name: 'one', steps: [work({ host: 'web-1', act: 'a' })] }];
  beforeEach(async () => {
    server = await startRedis();
    halls = [];
    ready = [];
    stopped = [];
  });
  afterEach(async () => {
    for (const hall of halls) await hall.close(0);
    await server.stop();
  });
  const open = () => {
    const hall = openHall(server, [work]);
    hall.runs.onReady = async ({ id }) => void ready.push(id);
    hall.runs.onCancel = async ({ id }) => void stopped.push(id);
    halls.push(hall);
    return hall;
  };

  test('that begin while they are cancelled are taken out of the queues, too', async () => {
    const { runs, submit } = open();
    const first = await submit(stages, { locks: ['app/shop'] });
    const second = await submit(stages, { locks: ['app/shop'] });
    const get = runs.get.bind(runs);
    runs.get = async (id) => {
      const run = await get(id);
      runs.get = get;
      await runs.end(await get(first), DONE);
      return run;
    };
    await runs.cancel(second, by, 'test');
    assert.deepEqual(ready, [first, second]);
    assert.deepEqual(stopped, [second]);
  });

  test('that wait and were asked to stop by a manager that died end at the next look, not when their turn comes', async () => {
    const { runs, submit, recover } = open();
    const first = await submit(stages, { locks: ['app/shop'] });
    const second = await submit(stages, { locks: ['app/shop'] });
    runs.end = () => new Promise(() => {});
    void runs.cancel(second, by, 'test');
    while ((await runs.get(second)).cancel === undefined) await sleep(10);
    Reflect.deleteProperty(runs, 'end');
    await recover();
    const { status, summary } = await runs.get(second);
    assert.deepEqual([status, summary], ['cancelled', 'cancelled by max before it began']);
    assert.equal((await runs.get(first)).status, 'running');
  });

  test('that waited for a lock are remembered with the time when they began', async () => {
    const { runs, submit } = open();
    const first = await submit(stages, { locks: ['app/shop'] });
    const second = await submit(stages, { locks: ['app/shop'] });
    await runs.end(await runs.get(first), DONE);
    const { started } = await runs.get(second);
    assert.ok(started);
    assert.equal((await runs.recall(second))?.started, started);
  });

  test('that another manager ended are forgotten', async () => {
    const [here, there] = [open(), open()];
    const id = await here.submit(stages);
    assert.equal((await here.runs.recall(id))?.status, 'running');
    await there.runs.end(await there.runs.get(id), DONE);
    await here.runs.recover(async () => {});
    assert.equal((await here.runs.recall(id))?.status, 'succeeded');
  });
});
