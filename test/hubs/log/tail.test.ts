import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Arrived, LogStore, Place, Wanted } from '../../../src/hubs/log/log.ts';
import { lines, numbered, openStore, source, texts } from './stores.ts';

/** Reads a tail until it has so many messages; gives them and the place after them. */
async function tailed(
  store: LogStore,
  wanted: Wanted,
  count: number,
  { after, each }: { after?: Place; each?: () => Promise<unknown> } = {},
): Promise<{ seqs: number[]; place: Place }> {
  const seqs: number[] = [];
  let place = after ?? '';
  const signal = AbortSignal.timeout(20_000);
  for await (const arrived of store.tail(wanted, { signal, after })) {
    seqs.push(...arrived.lines.map(({ seq }) => seq));
    place = arrived.place;
    await each?.();
    if (seqs.length >= count) return { seqs, place };
  }
  throw new Error(`Only ${seqs.length} of ${count} came.`);
}

const upTo = (last: number, from = 1): number[] =>
  Array.from({ length: last - from + 1 }, (_, index) => from + index);

describe('a tail', () => {
  test('gives what arrives from now on, and only what is wanted', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop'), numbered(1, 5));
    const abort = new AbortController();
    const seen: Arrived[] = [];
    const reading = (async () => {
      for await (const one of store.tail({ app: 'shop', level: 'error' }, { signal: abort.signal })) {
        seen.push(one);
        abort.abort();
      }
    })();
    await new Promise((resolve) => setImmediate(resolve));
    await store.take(source('mail'), lines(['ERROR mail']));
    await store.take(source('shop'), lines(['fine', 'ERROR shop'], 6));
    await reading;
    assert.deepEqual(
      seen.flatMap((one) => texts(one.lines)),
      ['ERROR shop'],
    );
  });

  test('gives what a pattern finds, also in a flood of which each look at it would hold up all others', async (t) => {
    const { store } = await openStore(t);
    const { place } = store.query({});
    const live = tailed(store, { pattern: 'line \\d*00 ' }, 200, { after: place });
    for (let from = 1; from <= 20_000; from += 5_000)
      await store.take(source('shop'), numbered(from, from + 4_999));
    const { seqs } = await live;
    assert.deepEqual(
      seqs,
      upTo(200).map((count) => 100 * count),
    );
  });

  test('goes on where a query ended, without gap or double', async (t) => {
    const { store } = await openStore(t, { fresh: 30_000 });
    await store.take(source('shop'), numbered(1, 700));
    const { lines: past, place } = store.query({ app: 'shop' });
    await store.take(source('shop'), numbered(701, 900));
    const before: number[] = [];
    for await (const { seq } of past) before.push(seq);
    const { seqs } = await tailed(store, { app: 'shop' }, 200, { after: place });
    assert.deepEqual([...before, ...seqs], upTo(900));
  });

  test('goes on at a place after the store was opened again, and finds what is in segments by now', async (t) => {
    const { store, reopen } = await openStore(t, { fresh: 20_000 });
    const { place } = store.query({});
    await store.take(source('shop'), numbered(1, 50));
    const first = await tailed(store, { app: 'shop' }, 50, { after: place });
    await store.take(source('shop'), numbered(51, 1_000));
    await store.take(source('mail'), numbered(1, 1_000));
    const again = await reopen();
    await again.take(source('shop'), numbered(1_001, 1_100));
    const rest = await tailed(again, { app: 'shop' }, 1_050, { after: first.place });
    assert.deepEqual([...first.seqs, ...rest.seqs], upTo(1_100));
    const all = await tailed(again, {}, 2_100, { after: '0.0' });
    assert.equal(all.seqs.length, 2_100);
  });

  test('misses nothing where its reader is slow, and holds up nobody', async (t) => {
    const { store } = await openStore(t, { fresh: 100_000 });
    let next = 1;
    const flood = async () => {
      if (next >= 30_000) return;
      await store.take(source('shop'), numbered(next, next + 9_999));
      next += 10_000;
    };
    const { place } = store.query({});
    await flood();
    const { seqs } = await tailed(store, { app: 'shop' }, 30_000, { after: place, each: flood });
    assert.deepEqual(seqs, upTo(30_000));
  });

  test('ends with its signal while nothing comes', async (t) => {
    const { store } = await openStore(t);
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    for await (const _ of store.tail({}, { signal: abort.signal })) assert.fail('nothing came');
  });
});
