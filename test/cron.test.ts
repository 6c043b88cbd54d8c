import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cronClock } from '../src/cron.ts';

/** The days around which these zones change their clocks in 2026: some at midnight, one by half an hour. */
const CHANGES = {
  'Europe/Helsinki': ['2026-03-29', '2026-10-25'],
  'America/New_York': ['2026-03-08', '2026-11-01'],
  'Africa/Cairo': ['2026-04-24', '2026-10-30'],
  'America/Havana': ['2026-03-08', '2026-11-01'],
  'America/Santiago': ['2026-04-05', '2026-09-06'],
  'Asia/Beirut': ['2026-03-29', '2026-10-25'],
  'Australia/Lord_Howe': ['2026-04-05', '2026-10-04'],
};

const DAY_MS = 86_400_000;

/** The date on the clock of a zone, like 2026-03-29. */
const dateIn = (zone: string, time: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(time);

function due(at: string, zone: string, from: string, until: string): string[] {
  const next = cronClock(at, zone);
  const times: string[] = [];
  for (let time = next(Date.parse(from)); time !== undefined && time <= Date.parse(until); time = next(time))
    times.push(new Date(time).toISOString());
  return times;
}

describe('a cron expression', () => {
  for (const [zone, changes] of Object.entries(CHANGES)) {
    test(`is due once a day at every time of day, over both changes of the clock in ${zone}`, () => {
      for (const change of changes) {
        const noon = Date.parse(`${change}T12:00:00Z`);
        const [from, until] = [noon - 3 * DAY_MS, noon + 3 * DAY_MS].map((time) =>
          new Date(time).toISOString(),
        );
        for (const hour of [0, 1, 2, 3, 4, 12, 22, 23]) {
          for (const minute of [0, 30]) {
            const dates = due(`${minute} ${hour} * * *`, zone, from!, until!).map((time) =>
              dateIn(zone, Date.parse(time)),
            );
            for (const days of [-1, 0, 1]) {
              const day = dateIn(zone, noon + days * DAY_MS);
              const times = dates.filter((date) => date === day).length;
              assert.equal(times, 1, `${hour}:${minute} on ${day}`);
            }
          }
        }
      }
    });
  }

  test('is due after a time of day that is skipped, and the first time of one that comes twice', () => {
    const helsinki = (at: string, day: string) =>
      due(at, 'Europe/Helsinki', `${day}T00:00:00Z`, `${day}T12:00:00Z`);
    assert.deepEqual(helsinki('30 3 * * *', '2026-03-29'), ['2026-03-29T01:00:00.000Z']);
    assert.deepEqual(helsinki('30 3 * * *', '2026-10-25'), ['2026-10-25T00:30:00.000Z']);
    assert.deepEqual(due('0 0 * * *', 'America/Santiago', '2026-09-06T00:00:00Z', '2026-09-06T12:00:00Z'), [
      '2026-09-06T04:00:00.000Z',
    ]);
  });

  test('that goes by the hour or less goes on over a change of the clock', () => {
    const count = (at: string, day: string) =>
      due(at, 'Europe/Helsinki', `${day}T00:00:00Z`, new Date(Date.parse(day) + DAY_MS).toISOString()).length;
    for (const day of ['2026-03-29', '2026-10-25', '2026-06-01']) {
      assert.equal(count('0 * * * *', day), 24, day);
      assert.equal(count('*/15 * * * *', day), 96, day);
    }
  });

  test('that never comes is never due', () => {
    assert.equal(cronClock('0 0 30 2 *', 'UTC')(0), undefined);
  });

  test('of other than five fields, or in no zone of the world, is none', () => {
    assert.throws(() => cronClock('* * * * * *', 'UTC'));
    assert.throws(() => cronClock('0 0 * * *', 'Nowhere/Land')(0));
  });
});
