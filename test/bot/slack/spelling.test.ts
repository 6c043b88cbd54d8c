import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatter } from '../../../src/bot/slack/spelling.ts';

const format = formatter(['deploy', 'schedule add', 'schedule list', 'job', 'jobs', 'logs', 'rollback']);
const said = (...lines: string[]) =>
  (format(lines).blocks[0] as { elements: { elements: { text: string }[] }[] }).elements[0]?.elements
    .map(({ text }) => text)
    .join('');

test('every command is written as it is typed in Slack', () => {
  assert.equal(
    said(
      'Undo: /rollback shop',
      'Next: /jobs, or /schedule list.',
      '/deploy shop  /logs shop',
      'See /job r-1',
    ),
    [
      'Undo: /muster rollback shop',
      'Next: /muster jobs, or /muster schedule list.',
      '/muster deploy shop  /muster logs shop',
      'See /muster job r-1',
    ].join('\n'),
  );
});

test('what a host printed, paths and other words stay as they are', () => {
  const lines = [
    'x',
    '> GET /jobs 200',
    'see /var/deploy and /deploy/x',
    'https://h/logs a/job /jobsite /logs.txt',
  ];
  assert.equal(said(...lines), lines.join('\n'));
});

test('without names nothing is changed', () => {
  const { text } = formatter([])(['/deploy shop']);
  assert.equal(text, '/deploy shop');
});
