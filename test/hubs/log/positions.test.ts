import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Inlet } from '../../../src/hubs/log/inlet.ts';
import { Positions } from '../../../src/hubs/log/positions.ts';
import { Quota } from '../../../src/hubs/log/quota.ts';
import { keyOf } from '../../../src/hubs/log/source.ts';
import { folderFor, lines, source } from './stores.ts';

const FILE = source('shop', 'file/app.log');

describe('how far a source was read', () => {
  for (const batches of [1, 3])
    test(`is known when the store has forgotten it, after ${batches}`, async (t) => {
      const folder = await folderFor(t);
      let positions = await Positions.open(folder);
      const store = { next: () => 1, take: async () => 1 };
      const take = new Inlet({ store, positions }).open(FILE);
      for (let at = 1; at <= batches; at += 1)
        await take({ lines: [{ time: '1', text: `n ${at}` }], position: at });
      await positions.close();
      positions = await Positions.open(folder);
      assert.equal(new Inlet({ store, positions }).position(FILE), batches);
      await positions.close();
    });

  test('is nothing where the store never had the first of it', async (t) => {
    const folder = await folderFor(t);
    const positions = await Positions.open(folder);
    const store = { next: () => 1, take: () => Promise.reject(new Error('cut off')) };
    const inlet = new Inlet({ store, positions });
    await assert.rejects(inlet.open(FILE)({ lines: [{ time: '1', text: 'n' }], position: 1 }));
    assert.equal(inlet.position(FILE), undefined);
    await positions.close();
  });

  test('of many is not written anew for each note', async (t) => {
    const folder = await folderFor(t);
    const positions = await Positions.open(folder, { full: 500 });
    const files = new Set<number>();
    const streams = Array.from({ length: 100 }, (_, at) => keyOf(source('shop', `file/${at}`)));
    for (let round = 1; round <= 5; round += 1)
      for (const stream of streams) {
        await positions.note(stream, round, round);
        files.add((await stat(join(folder, 'positions.jsonl'))).ino);
      }
    await positions.close();
    const again = await Positions.open(folder);
    assert.deepEqual(
      streams.map((stream) => again.find(stream, 9)?.position),
      streams.map(() => 5),
    );
    await again.close();
    assert.ok(files.size < 40, `written anew ${files.size} times`);
  });

  test('is told of the one noted last as the last one', async (t) => {
    const positions = await Positions.open(await folderFor(t));
    for (const [at, stream] of ['a', 'b', 'a'].entries()) await positions.note(stream, at + 1, at);
    assert.deepEqual(positions.streams(), ['b', 'a']);
    await positions.close();
  });
});

test('a clock that is set back costs a stream nothing of its rate', () => {
  let now = 1_000_000_000;
  const quota = new Quota(10, () => now);
  assert.equal(quota.of('a', lines(['one'])).kept.length, 1);
  now -= 3_600_000;
  assert.equal(quota.of('a', lines(['two', 'three'], 2)).kept.length, 2);
});
