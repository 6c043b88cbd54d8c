import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Severity } from '../../../src/alarm.ts';
import type { Group, Member, Telling } from '../../../src/jobs/alerts/group.ts';
import { type Manner, next } from '../../../src/jobs/alerts/next.ts';

const T = Date.parse('2026-11-22T02:14:00Z');
const S = 1_000;
const MIN = 60 * S;

const member = (more: Partial<Member> = {}): Member => ({
  key: 'host/web-1',
  severity: 'warning',
  subject: 'host/web-1',
  summary: 'web-1 does not answer',
  since: T,
  times: 1,
  ...more,
});
const critical = member({ severity: 'critical' });
const told = (more: Partial<Telling> = {}): Telling => ({
  place: { platform: 'telegram', chat: '-1' },
  round: 1,
  at: T,
  severity: 'warning',
  drawn: '',
  ...more,
});
const manner = (more: Partial<Manner> = {}): Manner => ({
  delay: 5 * S,
  calm: 15 * S,
  quiet: false,
  ...more,
});
const by = (at: number) => ({ by: 'reem', at, line: 'r-1' });
const move = (
  members: Member[],
  telling: Telling | undefined,
  now: number,
  how: Partial<Manner> = {},
  group: Pick<Group, 'acknowledged' | 'snoozed'> = {},
) => next(group, members, telling, manner(how), now);

describe('a place is told of alerts', () => {
  test('after a short while, in which a storm gathers', () => {
    assert.equal(move([member()], undefined, T + 4 * S), 'nothing');
    assert.equal(move([member()], undefined, T + 5 * S), 'say');
    assert.equal(move([member({ since: T + 60 * S }), member()], undefined, T + 5 * S), 'say');
  });

  test('not at all of what was over before it was said, but of what comes and goes meanwhile', () => {
    assert.equal(move([member({ cleared: T + 2 * S })], undefined, T + MIN), 'nothing');
    assert.equal(move([member({ times: 3 })], undefined, T + 6 * S), 'say');
  });

  test('that all is well once it has been for a while, once; longer where it comes and goes', () => {
    const well = member({ cleared: T + MIN });
    assert.equal(move([well], told(), T + MIN + 14 * S), 'update');
    assert.equal(move([well], told(), T + MIN + 15 * S), 'over');
    assert.equal(move([well], told({ over: true }), T + MIN + 16 * S), 'nothing');
    assert.equal(move([well, member()], told(), T + 2 * MIN), 'update');
    const restless = { ...well, times: 4 };
    assert.equal(move([restless], told(), T + MIN + 149 * S), 'update');
    assert.equal(move([restless], told(), T + MIN + 150 * S), 'over');
  });

  test('in the same message where it comes back, unless it was told aloud that all is well', () => {
    assert.equal(move([member({ times: 2 })], told({ over: true }), T + MIN), 'update');
    assert.equal(move([critical], told({ over: true, severity: 'critical' }), T + MIN), 'say');
  });

  test('aloud where what was told before gets critical, but not where it gets a warning', () => {
    assert.equal(move([critical], told(), T + MIN), 'say');
    assert.equal(move([critical], told({ severity: 'critical' }), T + MIN), 'update');
    assert.equal(move([member()], told({ severity: 'info' }), T + MIN), 'update');
  });

  test('in quiet hours only of what is critical; the rest waits, and is dropped where it is over by then', () => {
    const quiet = { quiet: true };
    assert.equal(move([member()], undefined, T + MIN, quiet), 'wait');
    assert.equal(move([critical], undefined, T + MIN, quiet), 'say');
    assert.equal(move([member()], told(), T + MIN, quiet), 'update');
    const waiting = told({ round: 0, waits: true });
    assert.equal(move([member()], waiting, T + MIN, quiet), 'wait');
    assert.equal(move([member({ cleared: T + MIN })], waiting, T + 60 * MIN, quiet), 'nothing');
    assert.equal(move([member()], waiting, T + 60 * MIN), 'say');
  });

  test('again and again of what is critical, until somebody acknowledges it', () => {
    const remind = { remind: 30 * MIN };
    const severity: Severity = 'critical';
    assert.equal(move([critical], told({ severity }), T + 29 * MIN, remind), 'update');
    assert.equal(move([critical], told({ severity }), T + 30 * MIN, remind), 'say');
    assert.equal(move([critical], told({ severity, at: T + 30 * MIN }), T + 31 * MIN, remind), 'update');
    assert.equal(move([critical], told({ severity }), T + 30 * MIN), 'update');
    assert.equal(move([member()], told(), T + 30 * MIN, remind), 'update');
    assert.equal(
      move([critical], told({ severity }), T + 90 * MIN, remind, { acknowledged: by(T + MIN) }),
      'update',
    );
  });

  test('no more of what is snoozed until that is over, unless it gets critical', () => {
    const snoozed = { ...by(T + MIN), until: T + 61 * MIN };
    assert.equal(move([member()], told(), T + 60 * MIN, {}, { snoozed }), 'update');
    assert.equal(move([member()], told(), T + 61 * MIN, {}, { snoozed }), 'say');
    assert.equal(move([member()], told({ at: T + 61 * MIN }), T + 62 * MIN, {}, { snoozed }), 'update');
    assert.equal(move([member()], undefined, T + 2 * MIN, {}, { snoozed }), 'nothing');
    assert.equal(move([critical], told(), T + 2 * MIN, {}, { snoozed }), 'say');
    const severity: Severity = 'critical';
    const remind = { remind: 10 * MIN };
    assert.equal(move([critical], told({ severity }), T + 30 * MIN, remind, { snoozed }), 'update');
  });

  test('of what got critical after it was snoozed also where nothing was told of it before', () => {
    const until = T + 61 * MIN;
    const asleep = (severity: Severity) => ({ snoozed: { ...by(T + MIN), until, severity } });
    const quiet = { quiet: true };
    assert.equal(move([critical, member()], undefined, T + 2 * MIN, quiet, asleep('warning')), 'say');
    assert.equal(move([critical], undefined, T + 2 * MIN, {}, asleep('critical')), 'nothing');
    assert.equal(move([member()], undefined, T + 2 * MIN, {}, asleep('warning')), 'nothing');
  });
});
