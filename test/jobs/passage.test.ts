import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ErrorCode, MusterError } from '../../src/errors.ts';
import { passage } from '../../src/jobs/passage.ts';
import type { Position } from '../../src/jobs/progress.ts';
import type { Run } from '../../src/jobs/run-record.ts';
import type { StepOutcome } from '../../src/jobs/step-job.ts';

const stages = ['one', 'two', 'three'].map((name) => ({ name, steps: [] }));
const plan = { title: 'work', done: 'worked', locks: [], stages, next: '/jobs' };
const by = { person: 'reem', platform: 'test', chat: 'test' };
const run = { id: 'r-1', origin: 'r-1', by, plan } as unknown as Run;
const at = (stage: number, more: Partial<Position> = {}): Position => ({
  direction: 'do',
  stage,
  since: 1_000,
  durations: [5, 6, 7].slice(0, stage),
  ...more,
});
const good: StepOutcome = { ok: true, began: true };
const bad = (code: ErrorCode, began = true): StepOutcome => ({
  ok: false,
  began,
  error: new MusterError(code, { host: 'web-1', by: 'max', title: 'work' }).toJSON(),
});

describe('after a stage', () => {
  test('whose steps went well comes the next one', () => {
    const next = passage(run, at(0), [good, good], 1_250);
    assert.deepEqual(next, {
      to: { direction: 'do', stage: 1, since: 1_250, durations: [250] },
      events: [{ type: 'stage', stage: 0, state: 'done' }],
    });
  });

  test('that was the last one comes success, with how long each took', () => {
    const next = passage(run, at(2), [good], 1_250);
    assert.ok('ending' in next);
    assert.equal(next.ending.status, 'succeeded');
    assert.deepEqual(next.ending.stages, [5, 6, 250]);
  });

  test('comes no negative duration where the clock went back', () => {
    const next = passage(run, at(0), [good], 400);
    assert.ok('to' in next);
    assert.deepEqual(next.to.durations, [0]);
    const end = passage(run, at(2), [good], 400);
    assert.ok('ending' in end);
    assert.deepEqual(end.ending.stages, [5, 6, 0]);
  });

  test('of a retry come no durations: it did not do everything', () => {
    const next = passage({ ...run, origin: 'r-0' }, at(2), [good], 1_250);
    assert.ok('ending' in next);
    assert.equal(next.ending.stages, undefined);
  });

  test('that failed on one host it goes back, this stage first, for the reason that says most', () => {
    const next = passage(run, at(1), [good, bad('step.cancelled'), bad('engine.down')], 1_250);
    assert.ok('to' in next);
    assert.deepEqual([next.to.direction, next.to.stage, next.to.error?.code], ['undo', 1, 'engine.down']);
  });

  test('that never began goes back to the one before, and from the first to the end', () => {
    const outcomes = [bad('step.cancelled', false)];
    const cancelled = { ...run, cancel: 'max' };
    const next = passage(cancelled, at(1), outcomes, 1_250);
    assert.ok('to' in next);
    assert.deepEqual([next.to.direction, next.to.stage], ['undo', 0]);
    const end = passage(cancelled, at(0), outcomes, 1_250);
    assert.ok('ending' in end);
    assert.deepEqual([end.ending.status, end.ending.summary], ['cancelled', 'cancelled by max']);
  });

  test('of a run that was asked to stop meanwhile it goes back, although the stage went well', () => {
    const next = passage({ ...run, cancel: 'max' }, at(0), [good], 1_250);
    assert.ok('to' in next);
    assert.deepEqual([next.to.direction, next.to.stage, next.to.cancelled], ['undo', 0, 'max']);
  });
});

describe('on the way back', () => {
  const back = (stage: number, more: Partial<Position> = {}) =>
    at(stage, { direction: 'undo', error: bad('engine.down').error, ...more });

  test('stage after stage is taken back, down to the first', () => {
    const next = passage(run, back(1), [good], 1_250);
    assert.ok('to' in next);
    assert.deepEqual([next.to.stage, next.events], [0, [{ type: 'stage', stage: 1, state: 'undone' }]]);
    const end = passage(run, back(0), [good], 1_250);
    assert.ok('ending' in end);
    assert.equal(end.ending.error?.code, 'engine.down');
  });

  test('what cannot be taken back is passed over, and told in the end', () => {
    const next = passage(run, back(1), [bad('step.timeout')], 1_250);
    assert.ok('to' in next);
    const end = passage(run, next.to, [], 1_300);
    assert.ok('ending' in end);
    assert.match(end.ending.summary, /; and taking it back failed: /);
  });

  test('that could not be done for the reason that it failed for says it once', () => {
    const error = { ...bad('engine.down').error!, lines: ['no engine', 'none at all'] };
    const position = at(0, { direction: 'undo', error });
    const end = passage(run, position, [{ ok: false, began: true, error }], 1_250);
    assert.ok('ending' in end);
    assert.equal(end.ending.summary.split(error.summary).length, 2, end.ending.summary);
    assert.match(end.ending.summary, /; for the same reason it could not be taken back$/);
    assert.deepEqual(end.ending.digest, ['no engine', 'none at all']);
  });

  test('a cancelled run whose undoing failed is not called cancelled', () => {
    const cancelled = back(0, { error: bad('step.cancelled').error, cancelled: 'max' });
    const end = passage(run, cancelled, [bad('step.timeout')], 1_250);
    assert.ok('ending' in end);
    assert.equal(end.ending.status, 'failed');
  });
});
