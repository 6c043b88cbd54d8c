import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuiet } from '../../../src/jobs/alerts/quiet.ts';

const night = { from: '22:00', to: '07:00', zone: 'Europe/Helsinki' };
const at = (iso: string) => Date.parse(iso);

test('quiet hours go over midnight, from the first minute to before the last', () => {
  // Helsinki is two hours ahead of UTC in winter.
  assert.equal(isQuiet(night, at('2026-11-22T19:59:59Z')), false);
  assert.equal(isQuiet(night, at('2026-11-22T20:00:00Z')), true);
  assert.equal(isQuiet(night, at('2026-11-22T22:30:00Z')), true);
  assert.equal(isQuiet(night, at('2026-11-23T04:59:59Z')), true);
  assert.equal(isQuiet(night, at('2026-11-23T05:00:00Z')), false);
});

test('quiet hours within a day are those between, and none where they begin when they end', () => {
  const lunch = { from: '12:00', to: '13:00', zone: 'UTC' };
  assert.deepEqual(
    ['11:59', '12:00', '12:59', '13:00', '00:00'].map((time) => isQuiet(lunch, at(`2026-11-22T${time}:00Z`))),
    [false, true, true, false, false],
  );
  assert.equal(isQuiet({ ...lunch, to: '12:00' }, at('2026-11-22T12:00:00Z')), false);
});

test('the end of quiet hours is seven on the wall, also in the nights in which clocks are changed', () => {
  // Forward on 29 March 2026 at 03:00 to summer time, UTC+3; back on 25 October 2026 at 04:00 to UTC+2.
  const ends = (from: string, hours: number) =>
    Array.from({ length: hours * 60 }, (_, minute) => at(from) + minute * 60_000).filter(
      (time) => isQuiet(night, time - 60_000) && !isQuiet(night, time),
    );
  assert.deepEqual(ends('2026-03-28T12:00:00Z', 24), [at('2026-03-29T04:00:00Z')]);
  assert.deepEqual(ends('2026-10-24T12:00:00Z', 24), [at('2026-10-25T05:00:00Z')]);
});
