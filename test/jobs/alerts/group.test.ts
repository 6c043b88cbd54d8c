import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alarm } from '../../../src/alarm.ts';
import {
  cleared,
  FLAPPING_MS,
  type Group,
  isForgotten,
  MOST_MEMBERS,
  membersOf,
  openOf,
  raised,
  wellSince,
} from '../../../src/jobs/alerts/group.ts';

const T = Date.parse('2026-11-22T02:14:00Z');
const alarm = (host: string, more: Partial<Alarm> = {}): Alarm => ({
  key: `host/${host}`,
  severity: 'warning',
  cause: 'host.silent',
  subject: `host/${host}`,
  summary: `${host} does not answer`,
  ...more,
});
const hit = (hosts: string[], at = T, group?: Group): Group =>
  hosts.reduce<Group | undefined>(
    (folded, host) => raised(folded, alarm(host), at, 'a-222222'),
    group,
  ) as Group;

describe('alarms of one cause', () => {
  test('are one group, each counted once however often it is raised', () => {
    const group = hit(['web-1', 'web-2', 'web-1']);
    assert.deepEqual(Object.keys(group.members), ['host/web-1', 'host/web-2']);
    assert.equal(raised(group, alarm('web-1'), T + 5_000, 'a-333333'), group);
  });

  test('say what is new about one that is raised already', () => {
    const group = raised(hit(['web-1']), alarm('web-1', { severity: 'critical' }), T + 5_000, 'a-333333');
    const [member] = membersOf(group);
    assert.deepEqual([member?.severity, member?.since, member?.times], ['critical', T, 1]);
  });

  test('are well once the last one is cleared; clearing twice, or what is not there, changes nothing', () => {
    const one = cleared(hit(['web-1', 'web-2']), 'host/web-1', T + 1_000);
    assert.equal(wellSince(membersOf(one)), undefined);
    assert.equal(openOf(membersOf(one)).length, 1);
    const all = cleared(one, 'host/web-2', T + 2_000);
    assert.equal(wellSince(membersOf(all)), T + 2_000);
    assert.equal(cleared(all, 'host/web-2', T + 9_000), all);
    assert.equal(cleared(all, 'host/web-9', T + 9_000), all);
  });

  test('stay the same group where they come back soon, and count how often they did', () => {
    const back = hit(['web-1'], T + 60_000, cleared(hit(['web-1']), 'host/web-1', T + 1_000));
    assert.equal(back.members['host/web-1']?.times, 2);
    assert.equal(back.members['host/web-1']?.since, T);
    assert.equal(back.members['host/web-1']?.cleared, undefined);
  });

  test('are something new where all was well for long, unless that is snoozed', () => {
    const well = cleared(hit(['web-1']), 'host/web-1', T);
    const later = T + FLAPPING_MS;
    assert.equal(isForgotten(well, later - 1), false);
    assert.equal(isForgotten(well, later), true);
    const fresh = raised(well, alarm('web-2'), later, 'a-333333');
    assert.deepEqual([fresh.id, Object.keys(fresh.members)], ['a-333333', ['host/web-2']]);
    const asleep = { ...well, snoozed: { by: 'reem', at: T, line: 'r-1', until: later + 1 } };
    assert.equal(raised(asleep, alarm('web-2'), later, 'a-333333').id, 'a-222222');
  });

  test('have to be acknowledged anew once all was well for a minute, not after a blink', () => {
    const acknowledged = { by: 'reem', at: T, line: 'r-1' };
    const well = cleared({ ...hit(['web-1']), acknowledged }, 'host/web-1', T);
    assert.deepEqual(hit(['web-1'], T + 59_999, well).acknowledged, acknowledged);
    assert.equal(hit(['web-1'], T + 60_000, well).acknowledged, undefined);
  });

  test('have to be acknowledged anew where a warning gets critical, or something critical joins', () => {
    const acknowledged = { by: 'reem', at: T, line: 'r-1' };
    const group = { ...hit(['web-1']), acknowledged };
    const critical = (host: string) => alarm(host, { severity: 'critical' });
    assert.equal(raised(group, critical('web-1'), T + 1_000, 'a-333333').acknowledged, undefined);
    assert.equal(raised(group, critical('web-2'), T + 1_000, 'a-333333').acknowledged, undefined);
    assert.deepEqual(raised(group, alarm('web-2'), T + 1_000, 'a-333333').acknowledged, acknowledged);
    const known = { ...raised(group, critical('web-1'), T, 'a-333333'), acknowledged };
    assert.deepEqual(raised(known, critical('web-2'), T + 1_000, 'a-333333').acknowledged, acknowledged);
  });

  test('are no more than a group holds, and it is noted that there were more', () => {
    const group = hit(Array.from({ length: MOST_MEMBERS + 5 }, (_, host) => `web-${host}`));
    assert.equal(membersOf(group).length, MOST_MEMBERS);
    assert.equal(group.full, true);
  });
});
