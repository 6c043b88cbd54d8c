import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/hub.ts';
import { Liveness } from '../../../src/wire/hub/liveness.ts';

const MIN = 60_000;
const T0 = Date.parse('2026-11-21T12:00:00Z');
const at = (minutes: number): string => new Date(T0 + minutes * MIN).toISOString();
const caller = (generation: string): Caller => ({ app: 'shop', generation, service: 'web', host: 'web-1' });

const noted = (value: unknown, now = T0) =>
  new Liveness(
    { get: async (family, key) => (family === 'generations/shop' && key === 'web-1' ? value : undefined) },
    () => now,
  );

test('a generation is live while it is the current one, and while it is about to become it', async () => {
  const list = [
    { generation: 'a', at: at(0) },
    { generation: 'b', at: at(10) },
  ];
  const liveness = noted({ current: 'b', list });
  assert.equal(await liveness.isLive(caller('b'), T0), true);
  assert.equal(await liveness.isLive(caller('c'), T0 + 11 * MIN), true);
  assert.equal(await liveness.isLive(caller('a'), T0), false);
  assert.equal(await liveness.isLive(caller('a'), T0 + 9 * MIN), false);
});

test('what a host with a wrong clock thinks the time is matters to nobody', async () => {
  for (const wrong of [-24 * 60, 24 * 60]) {
    const list = [
      { generation: 'a', at: at(wrong) },
      { generation: 'b', at: at(wrong + 10) },
    ];
    const liveness = noted({ current: 'b', since: at(10), list });
    assert.equal(await liveness.isLive(caller('c'), T0 + 11 * MIN), true, 'the next, which is just starting');
    assert.equal(await liveness.isLive(caller('a'), T0 + 9 * MIN), false, 'the one before');
  }
});

test('after a rollback the one that was rolled away is not live, and the other is, with what it had before, too', async () => {
  const list = [
    { generation: 'b', at: at(10) },
    { generation: 'a', at: at(20) },
  ];
  const liveness = noted({ current: 'a', list });
  assert.equal(await liveness.isLive(caller('b'), T0 + 10 * MIN), false);
  assert.equal(await liveness.isLive(caller('a'), T0), true);
});

test('an app that was never live has an hour to become it', async () => {
  for (const value of [undefined, {}, { list: [] }]) {
    assert.equal(await noted(value, T0 + 59 * MIN).isLive(caller('a'), T0), true);
    assert.equal(await noted(value, T0 + 61 * MIN).isLive(caller('a'), T0), false);
  }
});

test('nobody can say it while Redis is away, unless it was asked before', async () => {
  let away = true;
  const liveness = new Liveness(
    {
      get: async () => {
        if (away) throw new Error('away');
        return { current: 'a', list: [] };
      },
    },
    () => T0,
  );
  assert.equal(await liveness.isLive(caller('a'), T0), undefined);
  away = false;
  assert.equal(await liveness.isLive(caller('a'), T0), true);
  away = true;
  assert.equal(await liveness.isLive(caller('a'), T0), true);
});
