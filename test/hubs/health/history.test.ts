import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sparkline } from '../../../src/bot/alerts/sparkline.ts';
import { History } from '../../../src/hubs/health/history.ts';
import { SLOT_MS } from '../../../src/hubs/health/past.ts';

const DAY_MS = 86_400_000;
const START = 20_000 * DAY_MS;

describe('how healthy things were', () => {
  let folder: string;
  let now: number;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-history-'));
    now = START;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const open = () => History.open(folder, () => now);

  test('is a course of a day, of which the worst of a while shows', async () => {
    const history = await open();
    for (let slot = 0; slot < 12; slot += 1, now += SLOT_MS) {
      history.note('app/shop', 'healthy', 100, 1_000);
      if (slot === 5) history.note('app/shop', 'unhealthy', 0, 1_000);
      history.note('app/shop', 'healthy', 100, 1_000);
    }
    now -= SLOT_MS;
    assert.equal(sparkline(history.chart('app/shop').slice(-13)), '·█████▁██████');
    assert.equal(sparkline(history.chart('app/shop', 24)), '·······················▁');
    now += 23 * 3_600_000;
    assert.equal(sparkline(history.chart('app/shop', 24)), '▁·······················');
    now += DAY_MS;
    assert.deepEqual([...new Set(history.chart('app/shop'))], [undefined]);
  });

  test('is a share of the time that was watched', async () => {
    const history = await open();
    assert.equal(history.uptime('app/shop', 30), undefined);
    for (let day = 0; day < 10; day += 1, now += DAY_MS) {
      history.note('app/shop', 'healthy', 100, 990_000);
      history.note('app/shop', 'unknown', undefined, 5_000_000);
      if (day === 9) history.note('app/shop', 'unhealthy', 0, 100_000);
    }
    now -= DAY_MS;
    assert.deepEqual(history.uptime('app/shop', 1), { share: 990 / 1_090, watched: 1_090_000 });
    assert.equal(history.uptime('app/shop', 30)?.share, 9_900 / 10_000);
  });

  test('outlives kill -9: what was flushed and what was saved is there again', async () => {
    const before = await open();
    before.note('app/shop', 'healthy', 100, 60_000);
    await before.save();
    before.changed('app/shop', 'healthy', 'unhealthy', 'connection refused');
    await before.flush();
    // Nothing is closed: it was killed.
    const after = await open();
    assert.deepEqual(after.changes('app/shop'), [
      { at: START, from: 'healthy', to: 'unhealthy', why: 'connection refused' },
    ]);
    assert.equal(after.uptime('app/shop', 1)?.share, 1);
    const again = await open();
    assert.equal(again.changes('app/shop').length, 1);
    assert.equal((await readdir(folder)).length, 1, 'one file is left');
  });

  test('goes on without what was torn or is no sense', async () => {
    const before = await open();
    before.changed('app/shop', 'healthy', 'unhealthy');
    await before.flush();
    const [journal] = (await readdir(folder)).filter((name) => name.startsWith('changes-'));
    await appendFile(join(folder, journal as string), '{"id":"app/shop","at":1,"fro');
    assert.equal((await open()).changes('app/shop').length, 1);
    await truncate(join(folder, 'history.json'), 10);
    assert.deepEqual((await open()).changes('app/shop'), []);
    await writeFile(join(folder, 'history.json'), '[]');
    assert.deepEqual((await open()).changes('app/shop'), []);
  });

  test('is right again once a clock that was wrong is', async () => {
    const history = await open();
    const note = (state: 'healthy' | 'unhealthy') =>
      history.note('app/shop', state, state === 'healthy' ? 100 : 0, 60_000);
    note('healthy');
    // A year ahead for a moment, and back: neither the course nor the uptime stays there.
    now += 365 * DAY_MS;
    note('unhealthy');
    now -= 365 * DAY_MS;
    note('healthy');
    assert.equal(sparkline(history.chart('app/shop').slice(-3)), '··█');
    assert.deepEqual(history.uptime('app/shop', 30), { share: 1, watched: 120_000 });
    // An hour ahead, and back.
    now += 3_600_000;
    note('unhealthy');
    now -= 3_600_000;
    note('healthy');
    assert.equal(sparkline(history.chart('app/shop').slice(-3)), '··█');
    now += SLOT_MS;
    note('healthy');
    assert.equal(sparkline(history.chart('app/shop').slice(-3)), '·██');
    // Before anything was known, and forth.
    now = 0;
    note('unhealthy');
    now = START + SLOT_MS;
    note('healthy');
    assert.deepEqual(history.uptime('app/shop', 1)?.share, 300 / 360);
  });

  test('does not grow: of each so much is kept, and of so many', async () => {
    const history = await open();
    for (let one = 0; one < 2_100; one += 1) history.note(`check/${one}`, 'healthy', 100, 1_000);
    for (let change = 0; change < 500; change += 1)
      history.changed('check/1', 'healthy', 'unhealthy', 'x'.repeat(100));
    for (let day = 0; day < 300; day += 1, now += DAY_MS) history.note('check/1', 'healthy', 100, 1_000);
    await history.save();
    assert.equal(history.changes('check/1').length, 50);
    const { size } = await stat(join(folder, 'history.json'));
    assert.ok(size < 2_000_000, `${size} bytes`);
    const again = await open();
    assert.equal(again.uptime('check/2099', 1_000), undefined);
    assert.equal(Math.round((again.uptime('check/1', 1_000)?.watched ?? 0) / 1_000), 92);
  });

  test('goes on where the clock was put back, and loses nothing where it was put forward', async () => {
    const history = await open();
    history.note('app/shop', 'healthy', 100, 1_000);
    now -= 30 * DAY_MS;
    history.note('app/shop', 'unhealthy', 0, 1_000);
    now += 60 * DAY_MS;
    history.note('app/shop', 'healthy', 100, 1_000);
    assert.equal(history.uptime('app/shop', 90)?.watched, 3_000);
    assert.equal(history.chart('app/shop').at(-1), 100);
  });
});
