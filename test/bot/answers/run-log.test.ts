import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runLog } from '../../../src/bot/answers/run-log.ts';
import type { RunEvent } from '../../../src/events.ts';

const at = '2026-11-21T02:00:00.000Z';
const printed = (...lines: string[]): RunEvent[] => [
  { type: 'lines', run: 'r-1', at, stage: 0, step: 'test.work', host: 'web-1', lines },
];
const run = { id: 'r-1', scope: ['app/shop'] };

describe('the log of a job', () => {
  test('is what it printed, the newest lines that fit', () => {
    assert.equal(runLog(run, printed('a', 'b'), { tail: 10 }).text, 'a\nb');
    const { text, file } = runLog(run, printed('a', 'b', 'c'), { tail: 2 });
    assert.match(text, /^.*1.*\nb\nc$/);
    assert.deepEqual([file?.name, file?.text], ['shop-r-1.log', 'a\nb\nc\n']);
  });

  test('says how many of its lines are not kept any more, also in its file', () => {
    const long = { ...run, gone: 7 };
    assert.equal(runLog(long, printed('a', 'b'), { tail: 10 }).text, '(7 lines left out)\na\nb');
    const { text, file } = runLog(long, printed('a', 'b', 'c'), { tail: 2 });
    assert.match(text, /^.*8.*\nb\nc$/);
    assert.match(file?.text ?? '', /^\(7 lines left out\)\na\nb\nc/);
    assert.equal(runLog(long, printed('a', 'b'), { tail: 10, grep: 'b' }).text, 'b');
  });
});
