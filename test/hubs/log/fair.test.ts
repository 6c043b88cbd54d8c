import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { numbered, openStore, source } from './stores.ts';

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
