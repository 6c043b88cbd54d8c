import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalog } from '../../src/bot/catalog.ts';
import { catalogue } from '../../src/bot/command.ts';
import { lineCheck } from '../../src/bot/understood.ts';
import { readConfig } from '../../src/config/load.ts';
import { folderOf } from '../config/folder.ts';

const check = lineCheck(catalogue(catalog));

test('a line that is a command with what it needs is understood, with or without its slash', () => {
  for (const line of ['/build base', 'build base', '/deploy shop main --to web-1'])
    assert.equal(check(line), undefined, line);
});

test('a line that is not says why, on one line', () => {
  assert.match(check('/deplyo shop') as string, /deplyo/);
  assert.match(check('/deploy') as string, /app is missing/);
  assert.match(check('/deploy shop main more') as string, /too many/);
  for (const line of ['/deplyo shop', '/deploy', '']) assert.doesNotMatch(check(line) as string, /\n/);
});

test('a schedule whose line is not understood is a problem of the configuration, with its place', async (t) => {
  const folder = await folderOf(t, {
    'muster.yml': [
      'people: {reem: {identities: {console: "*"}, roles: []}}',
      'schedules:',
      '  nightly:',
      '    at: "0 2 * * *"',
      '    zone: UTC',
      '    line: /biuld base',
      '    as: reem',
      '',
    ].join('\n'),
  });
  const { problems } = await readConfig(folder, check);
  assert.deepEqual(
    problems.map(({ line, path }) => [line, path]),
    [[6, 'schedules.nightly.line']],
  );
  assert.match(problems[0]?.message as string, /biuld/);
});
