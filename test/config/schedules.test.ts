/** What a schedule may say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchedule } from '../../src/config/schedules.ts';
import { suggest } from '../../src/suggest.ts';

const good = { at: '30 7 * * 1-5', zone: 'Europe/Helsinki', line: '/deploy shop v1 --to web-1' };

test('five fields, a zone of the world and a command make a schedule', () => {
  assert.equal(checkSchedule(good), undefined);
  assert.equal(checkSchedule({ at: '*/5 * * * *', zone: 'UTC', line: 'status' }), undefined);
});

test('what cannot be a schedule is said in words', () => {
  const cases: [Partial<typeof good>, RegExp][] = [
    [{ at: '* * * * * *' }, /five fields/],
    [{ at: '@daily' }, /five fields/],
    [{ at: '' }, /five fields/],
    [{ at: '61 * * * *' }, /not a cron expression/],
    [{ at: '0 0 30 2 *' }, /never due/],
    [{ zone: 'Nowhere/Land' }, /not a time zone/],
    [{ zone: '+02:00' }, /not a time zone/],
    [{ line: '' }, /begins with a command/],
    [{ line: '!rm' }, /begins with a command/],
    [{ line: '/status\n/deploy shop' }, /one line/],
  ];
  for (const [change, words] of cases) assert.match(checkSchedule({ ...good, ...change }) ?? 'good', words);
});

test('the nearest word is near, or there is none', () => {
  assert.equal(suggest('hsots', ['hosts', 'people']), 'hosts');
  assert.equal(suggest('web-2', ['web-1', 'db']), 'web-1');
  assert.equal(suggest('zebra', ['web-1', 'db']), undefined);
  assert.equal(suggest('x', []), undefined);
});
