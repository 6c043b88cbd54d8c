import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LogStore } from '../../../src/hubs/log/log.ts';
import { numbered, openStore, source } from './stores.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that are really in use. */
function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

describe('a stream that floods', () => {
  test('does not hold up another one: each has its turn', async (t) => {
    const { store } = await openStore(t, { waiting: 100_000_000, fresh: 100_000_000 });
    let flooded = 0;
    const flood = Array.from({ length: 20 }, async (_, index) => {
      await store.take(source('flood'), numbered(1 + index * 2_500, 2_500 + index * 2_500));
      flooded += 1;
    });
    const quiet = Array.from({ length: 10 }, (_, index) =>
      store.take(source(`quiet-${index}`), numbered(1, 10)),
    );
    await Promise.all(quiet);
    assert.ok(flooded < 10, `${flooded} of 20 were written before`);
    await Promise.all(flood);
    assert.equal((await store.verify({ app: 'flood' })).streams[0]?.kept, 50_000);
  });

  test('is told to wait once too much of it waits; nothing of that is lost', async (t) => {
    const { store } = await openStore(t, { waiting: 100_000 });
    const flood = source('flood');
    const first = store.take(flood, numbered(1, 3_000));
    await assert.rejects(store.take(flood, numbered(3_001, 3_010)), { code: 'logs.busy' });
    await store.take(source('quiet'), numbered(1, 10));
    assert.equal(await first, 3_001);
    assert.equal(await store.take(flood, numbered(3_001, 3_010)), 3_011);
    assert.deepEqual((await store.verify({ app: 'flood' })).streams[0]?.gaps, []);
  });
});

describe('a thousand streams', () => {
  test('that flood at once are told to wait, too, so that memory is enough; a quiet one is not', async (t) => {
    const { store } = await openStore(t, { waiting: 1_000_000 });
    const batch = numbered(1, 10_000);
    const floods = Array.from({ length: 40 }, (_, index) => store.take(source('flood', `s${index}`), batch));
    const quiet = store.take(source('quiet'), numbered(1, 10));
    const ends = await Promise.allSettled(floods);
    const busy = ends.filter((end) => end.status === 'rejected' && end.reason.code === 'logs.busy').length;
    assert.equal(await quiet, 11);
    assert.ok(busy > 25 && busy < 40, `${busy}`);
    const next = await Promise.all([0, 39].map((index) => store.take(source('flood', `s${index}`), batch)));
    assert.deepEqual(next, [10_001, 10_001]);
  });

  test('share few files, and all of them are found', async (t) => {
    const { store, reopen } = await openStore(t, { fresh: 1_000_000 });
    for (let from = 1; from <= 20; from += 10)
      await Promise.all(
        Array.from({ length: 1_000 }, (_, index) =>
          store.take(source(`app-${index}`, `s${index}`), numbered(from, from + 9)),
        ),
      );
    const { streams } = await (await reopen()).verify({});
    assert.equal(streams.length, 1_000);
    assert.ok(streams.every(({ kept, gaps, doubled }) => kept === 20 && gaps.length === 0 && doubled === 0));
  });
});

describe('twenty thousand lives of one container', () => {
  test('leave memory as they end; how far each was is known all the same, also after a restart', async (t) => {
    const { store, folder, reopen } = await openStore(t, { fresh: 300_000 });
    const life = (index: number) => source('shop', `life-${index}`);
    const live = async (from: number, to: number) => {
      for (let at = from; at < to; at += 1_000)
        await Promise.all(
          Array.from({ length: 1_000 }, (_, index) => store.take(life(at + index), numbered(1, 1))),
        );
    };
    await live(0, 5_000);
    const early = heap();
    await live(5_000, 20_000);
    const grown = heap() - early;
    assert.ok(grown < 3_000_000, `${grown} bytes more`);
    await store.take(life(7), numbered(1, 2));
    const far = (one: LogStore) => [0, 7, 6_000, 19_999, 20_000].map((index) => one.next(life(index)));
    assert.deepEqual(far(store), [2, 3, 2, 2, 1]);
    let again = await reopen();
    assert.deepEqual(far(again), [2, 3, 2, 2, 1]);
    assert.equal(await again.take(life(11), numbered(1, 1)), 2);
    const { streams } = await again.verify({ app: 'shop' });
    assert.equal(streams.length, 20_000);
    const whole = ({ from, to, kept, gaps, doubled }: (typeof streams)[number]) =>
      from === 1 && kept === to && gaps.length === 0 && doubled === 0;
    assert.ok(streams.every(whole));
    assert.equal(streams.find(({ stream }) => stream === 'life-11')?.duplicates, 1);
    // What says how far they were is damaged: it is read out of what is kept.
    await writeFile(join(folder, 'silent'), 'x\n');
    again = await reopen();
    assert.deepEqual(far(again), [2, 3, 2, 2, 1]);
    assert.deepEqual((await again.verify({ app: 'none' })).damaged, [
      { file: join(folder, 'silent.damaged') },
    ]);
  });
});
