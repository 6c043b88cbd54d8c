import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { at, found, lines, numbered, openStore, source, texts } from './stores.ts';

describe('the log store', () => {
  test('keeps what it takes, and gives it back with what it says', async (t) => {
    const { store, reopen } = await openStore(t);
    const shop = source('shop');
    assert.equal(await store.take(shop, lines(['hello', '{"level":50,"msg":"no"}'])), 3);
    assert.equal(store.next(shop), 3);
    const expected = [
      { ...shop, seq: 1, time: at(1), level: 'info', message: 'hello' },
      {
        ...{ ...shop, seq: 2, time: at(2), level: 'error', message: '{"level":50,"msg":"no"}' },
        fields: { level: 50, msg: 'no' },
      },
    ];
    assert.deepEqual(await found(store, {}), expected);
    assert.deepEqual(await found(await reopen(), {}), expected);
  });

  test('keeps a line once, however often it is sent, also after it was opened again', async (t) => {
    const { store, reopen } = await openStore(t);
    const shop = source('shop');
    await store.take(shop, numbered(1, 5));
    assert.equal(await store.take(shop, numbered(3, 8)), 9);
    await Promise.all([store.take(shop, numbered(7, 12)), store.take(shop, numbered(7, 12))]);
    const again = await reopen();
    assert.equal(again.next(shop), 13);
    assert.equal(await again.take(shop, numbered(1, 12)), 13);
    assert.equal((await found(again, {})).length, 12);
    const { streams } = await again.verify({});
    assert.equal(streams.length, 1);
    assert.deepEqual([streams[0]?.kept, streams[0]?.gaps, streams[0]?.doubled], [12, [], 0]);
    assert.equal(streams[0]?.duplicates, 12);
  });

  test('says which lines never came', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop'), [...numbered(1, 3), ...numbered(7, 9), ...numbered(20, 20)]);
    const { streams } = await store.verify({ app: 'shop' });
    assert.deepEqual(streams[0]?.gaps, [
      [4, 6],
      [10, 19],
    ]);
    assert.deepEqual([streams[0]?.from, streams[0]?.to, streams[0]?.kept], [1, 20, 7]);
  });

  test('misses nothing that only came while it was looked', async (t) => {
    const { store } = await openStore(t, { fresh: 2_000 });
    const shop = source('shop');
    for (let from = 1; from < 2_000; from += 100) await store.take(shop, numbered(from, from + 99));
    const proof = store.verify({});
    for (let from = 2_001; from < 2_500; from += 100) await store.take(shop, numbered(from, from + 99));
    const { streams } = await proof;
    assert.deepEqual([streams[0]?.to, streams[0]?.gaps], [2_000, []]);
    assert.equal((await store.verify({})).streams[0]?.to, 2_500);
  });

  test('refuses numbers that cannot be, and counts them', async (t) => {
    const { store } = await openStore(t);
    const shop = source('shop');
    await store.take(shop, numbered(1, 3));
    for (const seq of [0, -1, 1.5, Number.NaN, 2 ** 53, 5_000_000_000])
      await assert.rejects(store.take(shop, [{ seq, time: 1n, text: 'forged' }]), { code: 'logs.forged' });
    // Backwards within a batch.
    await store.take(shop, [...numbered(4, 6), ...numbered(5, 5), ...numbered(7, 7)]);
    const { streams } = await store.verify({});
    assert.deepEqual([streams[0]?.to, streams[0]?.kept, streams[0]?.forged], [7, 7, 7]);
    assert.deepEqual(await found(store, { text: 'forged' }), []);
  });

  test('lets nobody write into the stream of another', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop', 'same'), numbered(1, 3));
    assert.equal(await store.take(source('evil', 'same'), lines(['mine'])), 2);
    assert.equal(store.next(source('shop', 'same')), 4);
    assert.equal((await found(store, { app: 'shop' })).length, 3);
  });

  test('makes segments of what was written ahead, and loses nothing on the way', async (t) => {
    const { store, folder, reopen } = await openStore(t, { fresh: 50_000 });
    const [shop, mail] = [source('shop'), source('mail')];
    for (let from = 1; from <= 10_000; from += 500)
      await Promise.all([
        store.take(shop, numbered(from, from + 499)),
        store.take(mail, numbered(from, from + 499)),
      ]);
    const names = await readdir(folder);
    assert.ok(names.filter((name) => name.endsWith('.seg')).length > 5, names.join());
    assert.ok(names.filter((name) => name.endsWith('.wal')).length <= 2, names.join());
    for (const one of [store, await reopen()]) {
      const { streams, damaged } = await one.verify({});
      assert.deepEqual(damaged, []);
      for (const { from, to, kept, gaps, doubled } of streams)
        assert.deepEqual(
          { from, to, kept, gaps, doubled },
          { from: 1, to: 10_000, kept: 10_000, gaps: [], doubled: 0 },
        );
      const all = await found(one, { app: 'shop' });
      assert.deepEqual(
        texts(all),
        numbered(1, 10_000).map(({ text }) => text),
      );
    }
  });

  test('gives a time that is far ahead the time when it came', async (t) => {
    const { store } = await openStore(t, {}, { now: () => 1_700_000_000_000 });
    await store.take(source('shop'), [{ seq: 1, time: 4_000_000_000_000_000_000n, text: 'from 2096' }]);
    const [line] = await found(store, {});
    assert.equal(line?.time, 1_700_000_000_000_000_000n);
  });

  test('drops what is over the rate where the operator chose so, and says how much where it was', async (t) => {
    let now = 1_700_000_000_000;
    const { store } = await openStore(t, { rate: 10 }, { now: () => now });
    const shop = source('shop');
    assert.equal(await store.take(shop, numbered(1, 500)), 501);
    now += 1_000;
    await store.take(shop, numbered(501, 520));
    await store.take(source('mail'), numbered(1, 50));
    const all = await found(store, { app: 'shop' });
    assert.equal(all.filter(({ dropped }) => !dropped).length, 110);
    assert.deepEqual(
      all
        .filter(({ dropped }) => dropped)
        .map(({ seq, lines: count, level, message }) => [seq, count, level, message]),
      [
        [101, 400, 'warn', '400 lines were dropped here'],
        [511, 10, 'warn', '10 lines were dropped here'],
      ],
    );
    const { streams } = await store.verify({ app: 'shop' });
    assert.deepEqual([streams[0]?.kept, streams[0]?.dropped, streams[0]?.gaps], [110, 410, []]);
    assert.equal((await found(store, { app: 'mail' })).length, 50);
  });

  test('belongs to one process at a time', async (t) => {
    const { folder } = await openStore(t);
    await assert.rejects(openStore(t, {}, { folder }), { code: 'logs.taken' });
  });

  test('keeps lines as they are: empty ones, with zero bytes, escapes, halves of characters, and ten megabytes', async (t) => {
    const { store, reopen } = await openStore(t);
    const odd = ['', '\0\u0001\u001b[31mred\u001b[0m', 'ä €  𝄞', '\ufffd', 'x'.repeat(10_000_000), 'a\rb'];
    await store.take(source('shop'), lines(odd));
    assert.deepEqual(texts(await found(store, {})), odd);
    assert.deepEqual(texts(await found(await reopen(), {})), odd);
    const again = await reopen();
    await again.take(source('mail'), lines(['half \ud834']));
    assert.equal((await found(await reopen(), { app: 'mail' }))[0]?.message, 'half \ufffd');
  });
});
