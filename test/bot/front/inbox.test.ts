import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inbox } from '../../../src/bot/front/inbox.ts';
import type { Incoming } from '../../../src/bot/platform.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('an inbox', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let handled: string[];
  beforeEach(async () => {
    server = await startRedis();
    handled = [];
  });
  afterEach(() => server.stop());

  const open = (handle: (line: Incoming) => Promise<unknown> = async () => {}) =>
    new Inbox({
      redis: server.connect(),
      platform: 'test',
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      async handle(line) {
        handled.push(line.id);
        await handle(line);
      },
    });
  const line = (id: string, chat = 'build'): Incoming => ({
    id,
    platform: 'test',
    chat,
    user: '7',
    text: '/status',
  });
  const until = async (done: () => boolean) => {
    while (!done()) await sleep(5);
  };

  test('handles each line once, however often and in whatever order it is delivered', async () => {
    const [here, there] = [open(), open()];
    const ids = Array.from({ length: 200 }, (_, id) => String(id));
    const deliveries = [...ids, ...ids, ...ids].sort(() => Math.random() - 0.5);
    await Promise.all(
      deliveries.map((id, index) => (index % 2 ? here : there).take([line(id, `chat ${Number(id) % 7}`)])),
    );
    await Promise.all([here.settled(), there.settled()]);
    await here.take(ids.map((id) => line(id, `chat ${Number(id) % 7}`)));
    await here.settled();
    assert.deepEqual(
      handled.map(Number).sort((a, b) => a - b),
      ids.map(Number),
    );
  });

  test('takes up what a process that is gone had taken over', async () => {
    const dead = open(() => new Promise(() => {}));
    await dead.take([line('1'), line('2', 'other')]);
    await until(() => handled.length === 2);
    const next = open();
    await next.resume();
    await next.settled();
    assert.deepEqual(handled.slice(2).sort(), ['1', '2']);
    await next.resume();
    await next.settled();
    assert.equal(handled.length, 4);
  });

  test('takes up what another process had taken over that dies later, and leaves alone what is handled meanwhile', async () => {
    let release: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const here = open();
    await here.resume();
    const stop = new AbortController();
    const quick = open(() => slow);
    await quick.take([line('quick', 'other')]);
    await until(() => handled.length === 1);
    const watching = here.watch(stop.signal, 2_000);
    await sleep(100);
    release();
    await quick.settled();
    await open(() => new Promise(() => {})).take([line('1')]);
    await until(() => handled.length === 3);
    assert.deepEqual(handled, ['quick', '1', '1']);
    await here.settled();
    stop.abort();
    await watching;
    await here.resume();
    await here.settled();
    assert.equal(handled.length, 3);
  });

  test('keeps the order within a chat, but lets no slow line hold the next one up for long', async () => {
    let release: () => void = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const inbox = open(({ id }) => (id === 'slow' ? slow : Promise.resolve()));
    await inbox.take([line('slow'), line('next'), line('elsewhere', 'other')]);
    await until(() => handled.length === 2);
    assert.deepEqual(handled, ['slow', 'elsewhere']);
    await until(() => handled.length === 3);
    assert.equal(handled[2], 'next');
    release();
    await inbox.settled();
  });

  test('keeps a line that could not be handled for the next start', async () => {
    let broken = true;
    const inbox = open(async () => {
      if (broken) throw new Error('no luck');
    });
    await inbox.take([line('1')]);
    await inbox.settled();
    broken = false;
    await inbox.resume();
    await inbox.settled();
    await inbox.take([line('1')]);
    await inbox.settled();
    assert.deepEqual(handled, ['1', '1']);
  });
});
