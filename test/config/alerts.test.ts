import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { folderOf } from './folder.ts';

const CHANNELS = `
platforms: {slack: {botToken: "env:BOT", appToken: "env:APP"}}
channels: {ops: {platform: slack, chat: C1, posts: [alerts]}}
`;

test('a route of alerts has defaults: everything, after five seconds, at any time, without reminders', async (t) => {
  const { config, problems } = await readConfig(
    await folderOf(t, { 'a.yml': `${CHANNELS}alerts: {all: {to: [ops]}}\n` }),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(config?.alerts.all, {
    to: ['ops'],
    severities: ['info', 'warning', 'critical'],
    subjects: ['*', '*/*'],
    delay: 5_000,
  });
});

test('routes of alerts are checked: channels that are not there, times, zones, severities and keys', async (t) => {
  const text = `${CHANNELS}alerts:
  nights:
    to: [ops, opz]
    severities: [critical, urgent]
    quiet: {from: "22:00", to: "7:00", zone: Mars/Olympus, until: x}
    remind: often
`;
  const { problems } = await readConfig(await folderOf(t, { 'a.yml': text }));
  const found = problems.map(({ path, message }) => `${path} ${message}`);
  assert.deepEqual(found.sort(), [
    'alerts.nights.quiet.to a time, like "22:00"',
    'alerts.nights.quiet.until unknown key; there are from, to, zone',
    'alerts.nights.quiet.zone that is not a time zone; they look like Europe/Helsinki or UTC',
    'alerts.nights.remind a duration looks like 30s, 5m or 1h30m',
    'alerts.nights.severities[1] one of: info, warning, critical',
    'alerts.nights.to[1] no channel is called opz (did you mean ops?)',
  ]);
});
