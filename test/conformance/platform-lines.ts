/** What people say on a platform is taken: once, whole, and by whoever listens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.ts';
import type { Conformance, Show } from './platform-show.ts';

export function lineConformance(show: () => Show, { redelivers, service }: Conformance): void {
  test('a line is taken with who said it and where, each with an id of its own', async () => {
    const { listen, say, taken, place, person, platform } = show();
    await listen();
    const texts = ['/deploy shop v2', '/logs shop --grep <a && b> *x*', '/status'];
    for (const [index, text] of texts.entries()) {
      say(text);
      await until(() => taken.length > index, text);
    }
    assert.deepEqual(
      taken.map(({ text }) => text),
      texts,
    );
    assert.equal(new Set(taken.map(({ id }) => id)).size, texts.length);
    for (const line of taken) {
      const { user, chat, thread, press } = line;
      assert.deepEqual([user, chat, thread, press], [person, place.chat, undefined, undefined]);
      assert.equal(line.platform, platform.name);
    }
  });

  test('lines that come at once are all taken, in their order', async () => {
    const { listen, say, taken } = show();
    await listen();
    const texts = Array.from({ length: 20 }, (_, index) => `/status ${index}`);
    for (const text of texts) say(text);
    await until(() => taken.length >= texts.length, 'all lines');
    assert.deepEqual([...new Set(taken.map(({ text }) => text))].toSorted(), texts.toSorted());
  });

  test('when it is told to stop it waits for what is being taken, and takes nothing afterwards', async () => {
    const { listen, say, taken, stop } = show();
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    await listen(async () => {
      asked += 1;
      await released;
    });
    say('/deploy shop');
    await until(() => asked === 1, 'a line to be taken');
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await sleep(100);
    assert.equal(stopped, !service, 'a service has to know whether the line was taken');
    release();
    await stopping;
    say('/deploy blog');
    await sleep(300);
    assert.deepEqual(
      taken.map(({ text }) => text),
      ['/deploy shop'],
    );
  });

  if (!redelivers) return;

  test('a line that is told again has the same id', async () => {
    const { listen, say, taken } = show();
    await listen();
    const again = say('/deploy shop');
    await until(() => taken.length === 1, 'the line');
    again?.();
    await until(() => taken.length === 2, 'the line again');
    assert.deepEqual(taken[1], taken[0]);
  });

  test('a line is confirmed to the service when it has been taken, and not before', async () => {
    const { listen, say, taken, unconfirmed } = show();
    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = 0;
    await listen(async () => {
      asked += 1;
      await released;
    });
    say('/deploy shop');
    await until(() => asked > 0, 'the line to come');
    await sleep(100);
    assert.equal(unconfirmed?.(), 1);
    assert.deepEqual(taken, []);
    release();
    await until(() => unconfirmed?.() === 0, 'the line to be confirmed');
    assert.equal(taken.length, 1);
  });

  test('a line that could not be taken is told again until it is', async () => {
    const { listen, say, taken, pass } = show();
    let refusals = 2;
    const asked: string[] = [];
    await listen(async (lines) => {
      asked.push(...lines.map(({ id }) => id));
      refusals -= 1;
      if (refusals >= 0) throw new Error('Redis is away');
    });
    say('/deploy shop');
    await until(() => {
      // Services take their time until they tell again.
      pass(500);
      return taken.length > 0;
    }, 'the line to be taken');
    assert.equal(taken[0]?.text, '/deploy shop');
    assert.ok(asked.length >= 3);
    assert.equal(new Set(asked).size, 1, asked.join(' '));
  });

  test('a line of a thread or topic is taken with it', async () => {
    const { listen, say, taken, thread } = show();
    assert.ok(thread, 'a service has threads');
    await listen();
    say('/status', thread.place);
    await until(() => taken.length === 1, 'the line');
    assert.equal(taken[0]?.thread, thread.place.thread);
    assert.equal(taken[0]?.chat, thread.place.chat);
  });
}
