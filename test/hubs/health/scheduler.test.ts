import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Check, Scheduler } from '../../../src/hubs/health/scheduler.ts';
import { until } from '../../until.ts';

const check = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  provider: name,
  every: 10_000,
  within: 1_000,
  run: async () => {},
  ...more,
});

describe('checks that are due', () => {
  test('are spread over their interval, and each runs once in it', () => {
    let now = 0;
    const ran: number[] = [];
    const scheduler = new Scheduler({ now: () => now, onBegin: () => ran.push(now) });
    scheduler.set(Array.from({ length: 1_000 }, (_, index) => check(`c${index}`)));
    for (; now < 10_000; now += 10) scheduler.turn();
    assert.equal(ran.length, 1_000);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => ran.filter((at) => Math.floor(at / 1_000) === tenth).length,
    );
    assert.ok(Math.max(...tenths) < 150, `${tenths}`);
    scheduler.stop();
  });

  test('do not make up for what was slept through, and keep their time', async () => {
    let now = 0;
    let runs = 0;
    const scheduler = new Scheduler({ now: () => now });
    const run = async () => {
      runs += 1;
    };
    const one = check('one', { run });
    scheduler.set([one]);
    now = 3_600_000;
    scheduler.turn();
    await sleep(0);
    assert.equal(runs, 1);
    now += 9_999;
    scheduler.turn();
    scheduler.set([one]);
    now += 1;
    scheduler.turn();
    await sleep(0);
    assert.equal(runs, 2);
    scheduler.stop();
  });

  test('wait for nobody but those of the same provider that hangs, and what cannot be looked at is told', async () => {
    const [well, missed]: [string[], string[]] = [[], []];
    const hang = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    const scheduler = new Scheduler({ places: 2 });
    const hanging = Array.from({ length: 20 }, (_, index) =>
      check(`h${index}`, {
        provider: 'hangs',
        every: 100,
        within: 60,
        run: hang,
        onMissed: () => missed.push(`h${index}`),
      }),
    );
    const good = Array.from({ length: 20 }, (_, index) =>
      check(`g${index}`, { provider: 'good', every: 100, run: async () => void well.push(`g${index}`) }),
    );
    scheduler.set([...hanging, ...good]);
    scheduler.start();
    await until(() => well.length >= 100 && missed.length >= 40);
    scheduler.stop();
    assert.equal(new Set(well).size, 20);
  });

  test('that do not end when they are told to are left behind, and those that throw are told', async () => {
    const missed: string[] = [];
    const scheduler = new Scheduler({ places: 1 });
    scheduler.set([
      check('deaf', {
        provider: 'p',
        every: 50,
        within: 20,
        run: () => new Promise(() => {}),
        onMissed: () => missed.push('deaf'),
      }),
      check('bad', {
        provider: 'p',
        every: 50,
        run: async () => assert.fail('bad'),
        onMissed: () => missed.push('bad'),
      }),
    ]);
    scheduler.start();
    await until(() => missed.filter((name) => name === 'deaf').length > 1 && missed.includes('bad'));
    scheduler.stop();
  });

  test('that are taken away do not run any more, and a changed one runs by its new time', () => {
    let now = 0;
    const ran: string[] = [];
    const scheduler = new Scheduler({
      now: () => now,
      onBegin: ({ name, every }) => ran.push(`${name} ${every}`),
    });
    scheduler.set([check('a'), check('b')]);
    scheduler.set([check('b', { every: 1_000 })]);
    for (; now < 1_000; now += 50) scheduler.turn();
    assert.deepEqual(ran, ['b 1000']);
    scheduler.stop();
  });
});
