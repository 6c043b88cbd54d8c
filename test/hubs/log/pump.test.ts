/** What arrives goes on to a sink: all of it, in order, from where it was, however the sink behaves; and it holds up nobody. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MusterError } from '../../../src/errors.ts';
import { Inlet } from '../../../src/hubs/log/inlet.ts';
import type { LogStore } from '../../../src/hubs/log/log.ts';
import { Positions } from '../../../src/hubs/log/positions.ts';
import { type Outlet, Pump } from '../../../src/hubs/log/pump.ts';
import { openLogStore } from '../../../src/hubs/log/store.ts';
import { until } from '../../until.ts';

const LIMITS = { size: 1e9, age: 1e9, fresh: 1e6, waiting: 1e6 };
const SOURCE = { app: 'shop', stream: 'one' };

describe('a sink', () => {
  let folder: string;
  let store: LogStore;
  let seq = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-pump-'));
    store = await openLogStore(join(folder, 'logs'), LIMITS);
  });
  after(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const print = async (count: number, text = 'n') => {
    const time = BigInt(Date.now()) * 1_000_000n;
    const lines = Array.from({ length: count }, () => {
      seq += 1;
      return { seq, time, text: `${text} ${seq}` };
    });
    await store.take(SOURCE, lines);
  };

  let name = '';
  let taken: number[] = [];
  let troubles: (string | undefined)[] = [];
  let refused = 0;
  beforeEach(() => {
    name = `sink-${seq}-${Math.random()}`;
    [taken, troubles, refused] = [[], [], 0];
  });
  const pump = async (send: Outlet['send'], from: Pick<LogStore, 'tail' | 'query'> = store) => {
    const one = new Pump({
      ...{ name, store: from, folder: join(folder, 'sinks'), level: 'trace' as const },
      outlet: {
        async send(lines, signal) {
          const refusal = await send(lines, signal);
          taken.push(...lines.map((line) => line.seq));
          return refusal;
        },
        close: async () => {},
      },
      onTrouble: (error) => troubles.push(error?.message),
      onRefused: ({ count }) => {
        refused += count;
      },
      again: { first: 5, most: 20 },
    });
    await one.start();
    return one;
  };
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

  it('gets everything that arrives, in order, and goes on where it was', async () => {
    const from = seq + 1;
    const first = await pump(async () => undefined);
    await print(2_500);
    await until(() => taken.length === 2_500);
    await first.close();
    await print(10);
    const second = await pump(async () => undefined);
    await print(5);
    await until(() => taken.length === 2_515);
    await second.close();
    assert.deepEqual(taken, numbers(from, seq));
    assert.ok(JSON.parse(await readFile(join(folder, 'sinks', `${name}.json`), 'utf8')).place);
  });

  it('that fails is tried again until it takes them, and told of once it does', async () => {
    let fails = 3;
    const from = seq + 1;
    const one = await pump(async () => {
      fails -= 1;
      if (fails >= 0) throw new MusterError('sink.failed', { message: 'ECONNREFUSED' });
      return { count: 1, message: 'one of them' };
    });
    await print(3);
    await until(() => taken.length === 3);
    await one.close();
    assert.deepEqual(taken, numbers(from, seq));
    assert.equal(troubles.length, 4);
    assert.match(troubles[0] ?? '', /ECONNREFUSED/);
    assert.equal(troubles[3], undefined);
    assert.equal(refused, 1);
  });

  it('is well again once the store can be read again', async () => {
    let broken = 2;
    const failing: Pick<LogStore, 'tail' | 'query'> = {
      query: (...words) => store.query(...words),
      tail(...words) {
        broken -= 1;
        if (broken >= 0) throw new Error('EIO');
        return store.tail(...words);
      },
    };
    const one = await pump(async () => undefined, failing);
    await print(1);
    await until(() => taken.length === 1);
    await one.close();
    assert.equal(troubles.length, 3);
    assert.equal(troubles.at(-1), undefined);
  });

  it('of which nothing is of its level is known to be as far as all others; that something went before it had it is told', async () => {
    const own = await mkdtemp(join(tmpdir(), 'muster-pump-'));
    const small = await openLogStore(join(own, 'logs'), { ...LIMITS, fresh: 10_000, size: 20_000 });
    let missed = 0;
    const begin = async () => {
      const one = new Pump({
        ...{ name: 'bad', store: small, folder: own, level: 'error' as const },
        outlet: { send: async () => undefined, close: async () => {} },
        onTrouble: () => {},
        onRefused: () => {},
        onMissed: () => {
          missed += 1;
        },
      });
      await one.start();
      return one;
    };
    const fill = async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        const time = BigInt(Date.now()) * 1_000_000n;
        await small.take(SOURCE, [
          { seq: small.next(SOURCE), time, text: randomBytes(2_000).toString('hex') },
        ]);
      }
    };
    const first = await begin();
    const { place } = small.query({}, { limit: 0 });
    await until(async () => {
      await fill(1);
      return JSON.parse(await readFile(join(own, 'bad.json'), 'utf8')).place !== place;
    });
    await first.close();
    assert.equal(missed, 0);
    await fill(50);
    const second = await begin();
    await until(() => missed === 1);
    await second.close();
    await small.close();
    await rm(own, { recursive: true });
  });

  it('that hangs holds up neither the store nor another one, and gets what it missed from the store', async () => {
    let go: () => void = () => {};
    const hanging = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow = await pump(() => hanging.then(() => undefined));
    const behind = taken;
    [name, taken] = [`${name}-quick`, []];
    const quickTaken: number[] = [];
    const quick = await pump(async (lines) => {
      quickTaken.push(...lines.map((line) => line.seq));
      return undefined;
    });
    const from = seq + 1;
    // More than fits the write-ahead file: it has to come out of segments.
    for (let round = 0; round < 20; round += 1) await print(500, 'x'.repeat(200));
    await until(() => quickTaken.length === 10_000);
    go();
    await until(() => new Set([...behind, ...taken]).size === 10_000 && taken.length >= 20_000);
    await Promise.all([slow.close(), quick.close()]);
    assert.deepEqual(quickTaken, numbers(from, seq));
  });

  it('is cut off when the hub ends while it hangs', async () => {
    const one = await pump(
      (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    await print(1);
    await one.close();
    assert.deepEqual(taken, []);
  });
});

describe('lines that Muster reads itself', () => {
  it('are in the store once, wherever it was cut off between noting and taking', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-inlet-'));
    const printed = Array.from({ length: 100 }, (_, at) => ({
      time: '1767225600000000000',
      text: `n ${at}`,
    }));
    let store = await openLogStore(join(folder, 'logs'), LIMITS);
    for (const cut of ['nothing', 'note', 'take', 'both'] as const) {
      const positions = await Positions.open(join(folder, 'taken'), { full: 500 });
      const failing = {
        next: (source: typeof SOURCE) => store.next(source),
        take: async (...words: Parameters<LogStore['take']>) => {
          if (cut === 'note') throw new Error('cut off before the store had it');
          const next = await store.take(...words);
          if (cut === 'take') throw new Error('cut off before it was heard of');
          return next;
        },
      };
      const inlet = new Inlet({ store: failing, positions });
      const from = Number(inlet.position(SOURCE) ?? 0);
      const take = inlet.open(SOURCE);
      for (let at = from; at < Math.min(from + 40, 100); at += 8)
        await take({ lines: printed.slice(at, at + 8), position: Math.min(at + 8, 100) }).catch(() => {});
      // Forty, none of them, eight before it was heard of, and forty again.
      assert.deepEqual(inlet.sources(), [SOURCE]);
      await positions.close();
      await store.close();
      store = await openLogStore(join(folder, 'logs'), LIMITS);
    }
    const found: string[] = [];
    for await (const { message } of store.query({}, { limit: 1_000 }).lines) found.push(message);
    const { streams } = await store.verify({});
    await store.close();
    await rm(folder, { recursive: true });
    assert.deepEqual(
      found,
      printed.slice(0, 88).map(({ text }) => text),
    );
    assert.deepEqual(streams[0]?.gaps, []);
  });
});
