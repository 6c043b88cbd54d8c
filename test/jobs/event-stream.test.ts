import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Redis } from '../../src/adapters/redis/connection.ts';
import type { NewRunEvent } from '../../src/events.ts';
import { Events } from '../../src/jobs/event-stream.ts';
import { runKey } from '../../src/jobs/run-record.ts';
import { startRedis, type TestRedis } from '../redis.ts';

describe("a run's events", () => {
  let server: TestRedis;
  let redis: Redis;
  let events: Events;
  before(async () => {
    server = await startRedis();
    redis = server.connect();
    events = new Events(redis, () => server.connect());
  });
  after(async () => {
    await events.close();
    await server.stop();
  });

  test('lose the oldest lines of an endless output, and nothing else', async () => {
    const place = { stage: 0, step: 'test.work', host: 'web-1' };
    const note = (text: string): NewRunEvent => ({ type: 'note', text });
    const lines = (number: number): NewRunEvent => ({ type: 'lines', ...place, lines: [`line ${number}`] });
    await events.emit('r-long', [note('first'), { type: 'stage', stage: 0, state: 'running' }]);
    for (let batch = 0; batch < 25; batch += 1)
      await events.emit(
        'r-long',
        Array.from({ length: 1_000 }, (_, index) => lines(batch * 1_000 + index)),
      );
    await events.emit('r-long', [note('last')]);
    const kept = await events.read('r-long');
    const facts = kept.flatMap((event) => (event.type === 'lines' ? [] : [event.type]));
    assert.deepEqual(facts, ['note', 'stage', 'note']);
    const printed = kept.flatMap((event) => (event.type === 'lines' ? event.lines : []));
    assert.ok(printed.length > 5_000 && printed.length < 15_000, `${printed.length} lines`);
    assert.deepEqual(
      printed,
      Array.from({ length: printed.length }, (_, index) => `line ${25_000 - printed.length + index}`),
    );
    assert.equal(await redis.hget(runKey('r-long'), 'gone'), `${25_000 - printed.length}`);
  });

  test('hold no more than eight megabytes of output', async () => {
    const place = { stage: 0, step: 'test.work', host: 'web-1' };
    const long = 'x'.repeat(100_000);
    for (let count = 0; count < 150; count += 1)
      await events.emit('r-wide', [{ type: 'lines', ...place, lines: [`${count} ${long}`] }]);
    await events.emit('r-wide', [{ type: 'note', text: 'last' }]);
    const kept = await events.read('r-wide');
    assert.equal(kept.at(-1)?.type, 'note');
    const printed = kept.flatMap((event) => (event.type === 'lines' ? event.lines : []));
    assert.ok(printed.length >= 80 && printed.length <= 84, `${printed.length} events`);
    assert.ok(printed.at(-1)?.startsWith('149 '));
  });
});
