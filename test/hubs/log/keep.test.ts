import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { leaving } from '../../../src/hubs/log/keep.ts';
import type { Segment } from '../../../src/hubs/log/segment.ts';
import { until } from '../../until.ts';
import { found, NOW, numbered, openStore, source } from './stores.ts';

const segment = (number: number, owners: Record<string, number>): Segment => ({
  ...{ number, path: `${number}`, from: BigInt(number), to: BigInt(number), written: 0 },
  bytes: 10 + Object.values(owners).reduce((sum, bytes) => sum + bytes, 0),
  owners: new Map(Object.entries(owners)),
});

const plain = (segments: Segment[], size: number, oldest = 0n) =>
  leaving(segments, { size, oldest }).map(({ segment: { number }, owners }) => [
    number,
    ...(owners ?? ['all']),
  ]);

/** Time that goes by, however fast: no clock is set. */
const clocks = (now: () => number) => ({ now, steady: now });

describe('what is kept', () => {
  test('is all, where there is room', () => {
    assert.deepEqual(plain([segment(1, { a: 100 })], 110), []);
  });

  test('is no older than it may be', () => {
    assert.deepEqual(plain([segment(1, { a: 1 }), segment(2, { a: 1 })], 1_000, 2n), [[1, 'all']]);
  });

  test('is what came lately, however old it says that it is', () => {
    const behind = { ...segment(1, { a: 1 }), written: 3_000 };
    assert.deepEqual(plain([behind], 1_000, 2_000_000_000n), []);
    assert.deepEqual(plain([behind], 1_000, 4_000_000_000n), [[1, 'all']]);
  });

  test('is not what its owner has too much of, oldest first; others keep theirs', () => {
    const segments = [segment(1, { a: 300, b: 10 }), segment(2, { a: 300 }), segment(3, { a: 300, b: 10 })];
    assert.deepEqual(plain(segments, 700), [[1, 'a']]);
    assert.deepEqual(plain(segments, 400), [
      [1, 'a'],
      [2, 'all'],
    ]);
    assert.deepEqual(plain(segments, 0), [
      [1, 'all'],
      [2, 'all'],
      [3, 'all'],
    ]);
  });

  test('of an app is not pushed out by another one that floods', async (t) => {
    const { store, folder, reopen } = await openStore(
      t,
      { fresh: 100_000, size: 60_000 },
      { now: () => NOW + 1e8 },
    );
    await store.take(source('quiet'), numbered(1, 20));
    for (let from = 1; from <= 30_000; from += 1_000)
      await store.take(source('flood'), numbered(from, from + 999));
    for (const one of [store, await reopen()]) {
      assert.equal((await found(one, { app: 'quiet' })).length, 20);
      const { streams, damaged } = await one.verify({ app: 'flood' });
      assert.ok((streams[0]?.from ?? 0) > 1_000);
      assert.deepEqual([streams[0]?.to, streams[0]?.gaps, damaged], [30_000, [], []]);
      const seen = await found(one, { app: 'flood' }, { limit: 1_000, end: 'last' });
      assert.equal(seen.at(-1)?.seq, 30_000);
    }
    const names = (await readdir(folder)).filter((name) => name.endsWith('.seg'));
    const sizes = await Promise.all(names.map((name) => stat(join(folder, name))));
    const total = sizes.reduce((sum, { size }) => sum + size, 0);
    assert.ok(total <= 60_000, `${total}`);
  });

  test('goes when it is too old, and how far a stream was is known all the same', async (t) => {
    let now = NOW;
    const { store, reopen } = await openStore(
      t,
      { fresh: 20_000, age: 100_000_000 },
      clocks(() => now),
    );
    await store.take(source('shop'), numbered(1, 500));
    now += 80_000_000;
    const recent = numbered(501, 1_000).map((line) => ({ ...line, time: BigInt(now) * 1_000_000n }));
    await store.take(source('shop'), recent.slice(0, 250));
    now += 40_000_000;
    await store.take(source('shop'), recent.slice(250));
    const again = await reopen();
    const { streams } = await again.verify({});
    assert.ok((streams[0]?.from ?? 0) > 400, `${streams[0]?.from}`);
    assert.equal(again.next(source('shop')), 1_001);
  });

  test('goes when it is too old, also where so little comes that no file is ever full', async (t) => {
    let now = NOW;
    const { store, folder } = await openStore(t, { age: 100_000_000 }, { ...clocks(() => now), tend: 20 });
    await store.take(source('shop'), numbered(1, 5));
    now += 50_000_000;
    await until(async () => (await readdir(folder)).includes('0000000001.seg'));
    assert.equal((await found(store, {})).length, 5);
    now += 101_000_000;
    await until(async () => !(await readdir(folder)).includes('0000000001.seg'));
    assert.deepEqual(await found(store, {}), []);
    assert.equal(store.next(source('shop')), 6);
  });

  test('stays for a day where the clock jumps ahead, also over a restart, which is told; a clock set right is as if nothing was', async (t) => {
    const [minute, day] = [60_000, 86_400_000];
    let [now, steady] = [NOW, 0];
    const pass = (ms: number) => {
      now += ms;
      steady += ms;
    };
    const told: (number | undefined)[] = [];
    const { store, reopen } = await openStore(
      t,
      { fresh: 20_000, age: 10 * day },
      { now: () => now, steady: () => steady, onJump: (jumped) => told.push(jumped?.by) },
    );
    const shop = source('shop');
    let [last, one] = [0, store];
    // Each fills a file, and with that it is looked what may stay.
    const more = async () => {
      await one.take(shop, numbered(last + 1, last + 250));
      last += 250;
    };
    const first = async () => (await one.verify({})).streams[0]?.from;
    await more();
    now += 400 * day;
    await more();
    assert.deepEqual([one.jumped, told], [{ by: 400 * day, until: now + day }, [undefined, 400 * day]]);
    pass(minute);
    one = await reopen();
    await more();
    assert.deepEqual([await first(), one.jumped?.by], [1, 400 * day]);
    now -= 400 * day;
    await more();
    assert.deepEqual([await first(), one.jumped, told.at(-1)], [1, undefined, undefined]);
    // While it was away.
    now += 400 * day;
    one = await reopen();
    await more();
    assert.deepEqual([await first(), one.jumped?.by], [1, 400 * day]);
    // A day later it is the time.
    pass(day);
    await more();
    pass(minute);
    await more();
    await until(async () => ((await first()) ?? 0) > 1);
    assert.equal(one.jumped, undefined);
    assert.equal(one.next(shop), last + 1);
  });
});
