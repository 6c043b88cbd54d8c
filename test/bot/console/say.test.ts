import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { tell } from '../../../src/bot/console/say.ts';
import type { SayEvent } from '../../../src/bot/console/socket.ts';
import { type Hall, openHall, workStep } from '../../jobs/hall.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('what say tells', () => {
  let server: TestRedis;
  let hall: Hall;
  const acts = {
    quick: async () => {},
    fail: () => Promise.reject(new Error('no')),
    follow: (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  };
  const step = workStep(acts, []);
  before(async () => {
    server = await startRedis();
    hall = openHall(server, [step]);
  });
  after(async () => {
    await hall.close(0);
    await server.stop();
  });

  const told = async (act: string, fleeting: boolean, signal?: AbortSignal) => {
    const events: SayEvent[] = [];
    const id = await hall.submit(
      [{ name: 'work', steps: [step({ host: fleeting ? 'web-1' : 'web-2', act })] }],
      { fleeting },
    );
    const run = await hall.runs.get(id);
    await tell({ kind: 'run', run, fresh: true }, hall.runs, (event) => void events.push(event), signal);
    return { id, last: events.at(-1) };
  };

  test('ends with the result, and its exit code says how the run ended', async () => {
    const good = await told('quick', false);
    assert.deepEqual(good.last?.type === 'result' && [good.last.exit, good.last.status], [0, 'succeeded']);
    const bad = await told('fail', false);
    assert.deepEqual(bad.last?.type === 'result' && [bad.last.exit, bad.last.status], [1, 'failed']);
    const events: SayEvent[] = [];
    await tell({ kind: 'refused', text: 'no', code: 'access.denied' }, hall.runs, (event) => {
      events.push(event);
    });
    assert.deepEqual(events, [
      { type: 'result', exit: 2, status: 'refused', text: 'no', code: 'access.denied' },
    ]);
  });

  test('ends a log that nobody follows any more, and leaves what changes something alone', async () => {
    const gone = new AbortController();
    setTimeout(() => gone.abort(), 200);
    const [log, change] = await Promise.all([
      told('follow', true, gone.signal),
      told('follow', false, gone.signal),
    ]);
    assert.equal((await hall.ended(log.id)).status, 'cancelled');
    assert.equal((await hall.runs.get(change.id)).status, 'running');
  });
});
