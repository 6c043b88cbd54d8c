/** What is acknowledged stays, whatever becomes of the process, the disk and its bytes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { needs } from '../../needs.ts';
import { folderFor, found, lines, NOW, numbered, openStore, source, texts } from './stores.ts';
import { judged, killedWriter } from './written.ts';

/** Turns a byte of a file around. */
async function flip(path: string, at: number): Promise<void> {
  const file = await open(path, 'r+');
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, at);
  await file.write(Buffer.from([(byte[0] as number) ^ 0x55]), 0, 1, at);
  await file.close();
}

describe('the log store, after', () => {
  test('kill -9 again and again', async (t) => {
    const folder = await folderFor(t);
    const acknowledged = new Map<string, number>();
    for (let kill = 0; kill < 3; kill += 1) {
      const size = { streams: 5, fresh: 20_000, more: 40 + 30 * kill };
      for (const [stream, next] of await killedWriter(folder, size)) acknowledged.set(stream, next);
    }
    const { store } = await openStore(t, { fresh: 20_000, age: 1e13 }, { folder });
    const { kept, ...wrong } = await judged(store, acknowledged);
    assert.deepEqual(wrong, { lost: 0, doubled: 0, wrong: 0 });
    assert.ok(kept > 2_000, `${kept}`);
    assert.ok((await readdir(folder)).filter((name) => name.endsWith('.seg')).length > 3);
  });

  test('an end that was torn off: what was acknowledged is there, and it goes on', async (t) => {
    const { store, folder, reopen } = await openStore(t);
    const shop = source('shop');
    await store.take(shop, numbered(1, 10));
    const path = join(folder, '0000000001.wal');
    const { size } = await stat(path);
    await store.take(shop, numbered(11, 20));
    const whole = await readFile(path);
    for (const left of [size + 1, size + 11, size + 500, whole.length - 1]) {
      await truncate(path, left);
      const again = await reopen();
      assert.equal(again.next(shop), 11);
      await again.take(shop, numbered(11, 20));
      assert.equal((await found(again, {})).length, 20);
      assert.deepEqual((await again.verify({})).damaged, []);
    }
  });

  test('a byte that turned around in what was written ahead: the rest is kept, and it is told', async (t) => {
    const { store, folder, reopen } = await openStore(t);
    const shop = source('shop');
    await store.take(shop, numbered(1, 10));
    const { size } = await stat(join(folder, '0000000001.wal'));
    await store.take(shop, numbered(11, 20));
    await store.take(shop, numbered(21, 30));
    await flip(join(folder, '0000000001.wal'), size + 200);
    const again = await reopen();
    const { streams, damaged } = await again.verify({});
    assert.deepEqual(streams[0]?.gaps, [[11, 20]]);
    assert.match(damaged[0]?.file ?? '', /0000000001\.wal\.damaged$/);
    assert.equal(again.next(shop), 31);
    // It stays told.
    assert.equal((await (await reopen()).verify({})).damaged.length, 1);
  });

  test('a byte that turned around in a segment: the other blocks are read, and it is told', async (t) => {
    const { store, folder, reopen } = await openStore(t, { fresh: 20_000 });
    await store.take(source('aaaa'), numbered(1, 300));
    await store.take(source('bbbb'), numbered(1, 300));
    await store.take(source('aaaa'), numbered(301, 400));
    const again = await reopen();
    await flip(join(folder, '0000000001.seg'), 700);
    const { streams, damaged } = await again.verify({});
    assert.deepEqual(damaged, [{ file: join(folder, '0000000001.seg') }]);
    assert.deepEqual(streams.find(({ app }) => app === 'bbbb')?.gaps, []);
    const asked = again.query({});
    let count = 0;
    for await (const _ of asked.lines) count += 1;
    assert.ok(count >= 400 && count < 700, `${count}`);
    assert.equal(asked.damaged.length, 1);
  });

  test('a segment whose index is gone: it is put aside, and all else goes on', async (t) => {
    const { store, folder, reopen } = await openStore(t, { fresh: 20_000 });
    await store.take(source('shop'), numbered(1, 300));
    await store.take(source('shop'), numbered(301, 600));
    const again = await reopen();
    await truncate(join(folder, '0000000001.seg'), 100);
    const last = await reopen();
    assert.equal(last.next(source('shop')), 601);
    const { streams, damaged } = await last.verify({});
    assert.match(damaged[0]?.file ?? '', /0000000001\.seg\.damaged$/);
    assert.ok((streams[0]?.from ?? 0) > 1);
    assert.deepEqual(await found(again, {}).catch(() => 'closed'), await found(last, {}));
  });

  test('a crash between any two files of a segment: either of the two counts, never both', async (t) => {
    const { store, folder, reopen } = await openStore(t);
    await store.take(source('shop'), numbered(1, 100));
    const wal = await readFile(join(folder, '0000000001.wal'));
    // Enough for another file.
    await store.take(source('shop'), numbered(101, 12_000));
    await reopen();
    const kept = (await readdir(folder)).filter((name) => /^0000000001\./.test(name));
    assert.deepEqual(kept, ['0000000001.seg', '0000000001.streams']);
    // The segment has its name, the write-ahead file is not removed yet; and something was begun.
    await writeFile(join(folder, '0000000001.wal'), wal);
    await writeFile(join(folder, '0000000009.seg.new'), 'half');
    const again = await reopen();
    const { streams } = await again.verify({});
    assert.deepEqual([streams[0]?.kept, streams[0]?.gaps, streams[0]?.doubled], [12_000, [], 0]);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.new')),
      [],
    );
  });

  for (const what of ['a bit that turned around', 'nothing left'])
    test(`${what} in how far streams were: it is read out of what is kept, and nothing is there twice`, async (t) => {
      const { store, folder, reopen } = await openStore(t);
      await store.take(source('shop'), numbered(1, 12_000));
      await reopen();
      const path = join(folder, '0000000001.streams');
      const bytes = await readFile(path);
      if (what === 'nothing left') await rm(path);
      else await writeFile(path, bytes.with(bytes.indexOf('12001'), 0x31 ^ 2));
      const again = await reopen();
      assert.equal(again.next(source('shop')), 12_001);
      await again.take(source('shop'), numbered(11_900, 12_100));
      const { streams, damaged } = await again.verify({});
      assert.deepEqual([streams[0]?.kept, streams[0]?.gaps, streams[0]?.doubled], [12_100, [], 0]);
      assert.equal(damaged.length, what === 'nothing left' ? 0 : 1);
    });

  test('rubbish behind the end', async (t) => {
    const { store, folder, reopen } = await openStore(t);
    await store.take(source('shop'), numbered(1, 10));
    await appendFile(join(folder, '0000000001.wal'), Buffer.alloc(5_000, 'ff4dfe57', 'hex'));
    assert.equal((await found(await reopen(), {})).length, 10);
  });

  test('a disk that was full: nothing acknowledged is lost, it is said, and it goes on when there is room', {
    skip: needs(['root']),
  }, async (t) => {
    const mount = await mkdtemp(join(tmpdir(), 'muster-logs-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mount]);
    t.after(async () => {
      execFileSync('umount', ['--lazy', mount]);
      await rm(mount, { recursive: true });
    });
    const folder = join(mount, 'log');
    await mkdir(folder);
    const full: boolean[] = [];
    const onFull = (is: boolean) => void full.push(is);
    const { store, reopen } = await openStore(t, { fresh: 150_000 }, { folder, onFull });
    const random = (seq: number) => ({
      ...{ seq, time: BigInt(NOW) * 1_000_000n },
      text: Array.from({ length: 40 }, () => Math.random().toString(36)).join(' '),
    });
    const shop = source('shop');
    await writeFile(join(mount, 'ballast'), Buffer.alloc(300_000));
    let next = 1;
    const fill = async (until: number) => {
      while (next < until)
        next = await store.take(
          shop,
          Array.from({ length: 20 }, (_, index) => random(next + index)),
        );
    };
    await assert.rejects(fill(1e9), { code: 'logs.full' });
    assert.equal(store.next(shop), next);
    await truncate(join(mount, 'ballast'), 0);
    const before = next;
    await fill(before + 40);
    assert.deepEqual(full, [false, true, false]);
    for (const one of [store, await reopen()]) {
      const { streams, damaged } = await one.verify({});
      assert.deepEqual(damaged, []);
      assert.deepEqual([streams[0]?.kept, streams[0]?.gaps, streams[0]?.doubled], [next - 1, [], 0]);
    }
  });

  test('two lines of which one cannot be: the other is taken all the same', async (t) => {
    const { store } = await openStore(t);
    const shop = source('shop');
    await assert.rejects(store.take(shop, lines(['a'], -5)), { code: 'logs.forged' });
    await store.take(shop, lines(['b']));
    assert.deepEqual(texts(await found(store, {})), ['b']);
  });
});
