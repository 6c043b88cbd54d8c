import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Query } from '../../src/client/connection.ts';
import { Room } from '../../src/client/log/room.ts';
import { Shipper } from '../../src/client/log/ship.ts';
import { Stream } from '../../src/client/log/spool.ts';
import type { HubLine } from '../../src/hub.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';

describe('what is kept for the hub', () => {
  let folder: string;
  let stream: Stream;
  let shipper: Shipper | undefined;
  let taken: HubLine[];
  const refused: { lines: number; message: string }[] = [];
  const lost: number[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muster-ship-'));
    stream = Stream.create(folder, 'stream01', new Room(1_000_000));
    taken = [];
    refused.length = 0;
    lost.length = 0;
  });
  afterEach(async () => {
    await shipper?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const append = (...texts: string[]) =>
    stream.append(texts.map((text) => ({ time: '1', from: 'stdout' as const, text })));
  /** A hub that takes all that it understands, or nothing of a batch. */
  const ask = async ({ body = '' }: Query) => {
    const lines = body
      .split('\n')
      .slice(1)
      .filter(Boolean)
      .map((text) => JSON.parse(text) as HubLine);
    const reply = (status: number, said: object) => ({
      status,
      header: () => undefined,
      text: JSON.stringify(said),
    });
    if (lines.some(({ text }) => text.startsWith('bad'))) return reply(400, { summary: 'not understood' });
    taken.push(...lines);
    return reply(200, { next: (lines.at(-1)?.seq ?? 0) + 1 });
  };
  const ship = () => {
    shipper = new Shipper(stream, {
      connection: { ask },
      pause: { first: 1, most: 2 },
      onProgress() {},
      onAway() {},
      onBack() {},
      onRefused: (one) => refused.push(one),
      onLost: (lines) => lost.push(lines),
    });
    return shipper;
  };

  test('is delivered but for the very lines that the hub does not take: their number is said', async () => {
    const texts = Array.from(
      { length: 500 },
      (_, index) => `${[77, 78, 400].includes(index) ? 'bad' : 'line'} ${index}`,
    );
    append(...texts);
    stream.finish();
    ship().finish();
    await until(() => readdirSync(folder).length === 0);
    assert.deepEqual(
      taken.map(({ text }) => text),
      texts.filter((text) => text.startsWith('line')),
    );
    assert.equal(stream.waiting, 0);
    assert.equal(
      refused.reduce((all, { lines }) => all + lines, 0),
      3,
    );
    assert.equal(refused[0]?.message, 'not understood');
  });

  test('is lost where somebody removes it: that is counted, and what is printed afterwards is delivered', async () => {
    append('one', 'two');
    rmSync(join(folder, 'stream01'), { recursive: true });
    assert.equal(stream.peek(1_000), undefined);
    assert.equal(append('three'), 1);
    stream.finish();
    await ship().drain(30_000);
    assert.deepEqual(
      taken.map(({ seq, text }) => [seq, text]),
      [[3, 'three']],
    );
    assert.deepEqual(lost, [2]);
    assert.equal(stream.waiting, 0);
    assert.deepEqual(readdirSync(folder), []);
  });

  test('is lost where somebody cuts it: nothing else is sent in its place', async () => {
    append('one', 'two');
    truncateSync(join(folder, 'stream01/00000001.ndjson'), 0);
    stream.finish();
    await ship().drain(30_000);
    assert.deepEqual([taken, lost], [[], [2]]);
  });

  test('is kept on a disk that gets full as far as that holds, and goes on where the hub makes room', {
    skip: needs(['root']),
  }, async () => {
    const mount = mkdtempSync(join(tmpdir(), 'muster-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', mount]);
    try {
      stream = Stream.create(mount, 'stream01', new Room(1_000_000));
      const texts = Array.from({ length: 3_000 }, (_, index) => `line ${index}`);
      let kept = append(...texts);
      assert.ok(kept > 100 && kept < 3_000, `${kept}`);
      ship();
      for (let rounds = 0; kept < texts.length && rounds < 100; rounds += 1) {
        await until(() => stream.waiting === 0);
        kept += append(...texts.slice(kept));
        shipper?.nudge();
      }
      stream.finish();
      shipper?.finish();
      await until(() => readdirSync(mount).length === 0);
      assert.deepEqual(
        taken.map(({ text }) => text),
        texts,
      );
    } finally {
      await shipper?.close();
      execFileSync('umount', ['--lazy', mount]);
      rmSync(mount, { recursive: true });
    }
  });
});
