import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Alarm } from '../../../src/alarm.ts';
import { AlertRoute } from '../../../src/config/alerts.ts';
import { Channel } from '../../../src/config/platforms.ts';
import { type Group, raised } from '../../../src/jobs/alerts/group.ts';
import { audiencesOf, silentPlatforms } from '../../../src/jobs/alerts/routes.ts';

const T = Date.parse('2026-11-22T21:14:00Z');
const alarm = (host: string, more: Partial<Alarm> = {}): Alarm => ({
  key: `host/${host}`,
  severity: 'warning',
  cause: 'host.silent',
  subject: `host/${host}`,
  summary: `${host} does not answer`,
  ...more,
});
const groupOf = (...alarms: Alarm[]): Group =>
  alarms.reduce<Group | undefined>((group, one) => raised(group, one, T, 'a-222222'), undefined) as Group;
const silence = (platform: string) =>
  groupOf(
    alarm(platform, {
      cause: 'platform.silent',
      subject: `platform/${platform}`,
      besides: platform,
      severity: 'critical',
    }),
  );

const channels = (posts: Record<string, string[]> = {}) =>
  Object.fromEntries(
    [
      ['build', 'telegram', '-1'],
      ['ops', 'slack', 'C1'],
      ['night', 'slack', 'C2'],
    ].map(([name, platform, chat]) => [
      name,
      Channel.parse({ platform, chat, posts: posts[name as string] }),
    ]),
  );
const routes = (all: Record<string, object>) =>
  Object.fromEntries(Object.entries(all).map(([name, route]) => [name, AlertRoute.parse(route)]));
const told = (
  group: Group,
  config: { alerts?: Record<string, object>; posts?: Record<string, string[]> },
  silent: string[] = [],
) =>
  audiencesOf(
    group,
    { alerts: routes(config.alerts ?? {}), channels: channels(config.posts) },
    { now: T, silent: new Set(silent) },
  ).map(({ place, members, manner }) => ({
    chat: place.chat,
    hosts: members.map(({ subject }) => subject),
    quiet: manner.quiet,
  }));
const chats = (...given: Parameters<typeof told>) => told(...given).map(({ chat }) => chat);

describe('alerts go', () => {
  test('to the channels that post them, without routes; where none does, to those of the operators', () => {
    const group = groupOf(alarm('web-1'));
    assert.deepEqual(chats(group, { posts: { build: ['alerts'], ops: ['operators'] } }), ['-1']);
    assert.deepEqual(chats(group, { posts: { ops: ['operators'] } }), ['C1']);
    assert.deepEqual(chats(group, {}), []);
  });

  test('by severity and by subject, and a place hears only of those that are its own', () => {
    const group = groupOf(alarm('web-1'), alarm('db-1', { severity: 'critical' }), alarm('db-2'));
    const alerts = {
      web: { to: ['build'], subjects: ['host/web-*'] },
      bad: { to: ['ops'], severities: ['critical'] },
      rest: { to: ['night'], subjects: ['!host/web-*'] },
    };
    assert.deepEqual(
      told(group, { alerts }).map(({ chat, hosts }) => [chat, ...hosts]),
      [
        ['-1', 'host/web-1'],
        ['C1', 'host/db-1'],
        ['C2', 'host/db-1', 'host/db-2'],
      ],
    );
  });

  test('once to a place, in the manner of its first route that fits', () => {
    const quiet = { from: '22:00', to: '07:00', zone: 'Europe/Helsinki' };
    const alerts = { first: { to: ['ops'], quiet }, second: { to: ['ops', 'ops'] } };
    const posts = { ops: ['alerts'] };
    assert.deepEqual(told(groupOf(alarm('web-1')), { alerts, posts }), [
      { chat: 'C1', hosts: ['host/web-1'], quiet: true },
    ]);
  });

  test('never over the service that they say is silent', () => {
    const posts = { build: ['alerts'], ops: ['alerts'] };
    assert.deepEqual(chats(silence('telegram'), { posts }, ['telegram']), ['C1']);
    assert.deepEqual([...silentPlatforms([silence('telegram'), groupOf(alarm('web-1'))])], ['telegram']);
  });

  test('around what is silent where nobody else would hear: to where alerts go, to operators, or anywhere', () => {
    const [service, host] = [silence('telegram'), groupOf(alarm('web-1'))];
    const both = (config: Parameters<typeof told>[1]) => [
      chats(service, config, ['telegram']),
      chats(host, config, ['telegram']),
    ];
    const alerts = { here: { to: ['build'] }, there: { to: ['night'], subjects: ['other/*'] } };
    assert.deepEqual(both({ alerts, posts: { ops: ['operators'] } }), [['C2'], ['-1', 'C2']]);
    assert.deepEqual(both({ posts: { build: ['alerts'], ops: ['operators'] } }), [['C1'], ['-1', 'C1']]);
    assert.deepEqual(both({ posts: { build: ['alerts'] } }), [
      ['C1', 'C2'],
      ['-1', 'C1', 'C2'],
    ]);
    assert.deepEqual(chats(host, { posts: { build: ['alerts'], ops: ['alerts'] } }, ['telegram']), [
      '-1',
      'C1',
    ]);
  });
});
