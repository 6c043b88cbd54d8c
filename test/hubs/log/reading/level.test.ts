import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { levelName, levelOf } from '../../../../src/hubs/log/reading/level.ts';

const CASES: Record<string, string[]> = {
  trace: ['TRACE entering', '{"level":10,"msg":"x"}', 'level=trace msg=x'],
  debug: [
    '2026-11-21 10:00:00 DEBUG a.b - x',
    '<7>kernel: x',
    '{"level":"debug"}',
    '[debug] x',
    'lvl=dbg x=1',
  ],
  info: [
    'hello',
    '',
    'no error was found',
    'I1121 10:00:00.123456    1 main.go:10] started',
    '{"level":30,"msg":"an \\"error\\" in words"}',
    '{"user":{"level":"fatal"},"level":"info"}',
    '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /ERROR HTTP/1.0" 200 2326',
    'ERROR_COUNT is 3',
    'GET /error/x',
    '{"level":',
    '{"level":"strange"}',
    'info: x ERROR',
    'LOG:  database system is ready',
  ],
  warn: [
    '[WARN] x',
    'WARNING:root:x',
    'npm warn: x warn: y',
    '<4>x',
    'W1121 10:00:00.1 1 a.go:1] x',
    '10.0.0.1 - bob [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.1" 404 12 "-" "curl"',
    '{"severity":"WARNING"}',
    '{"log.level":"warn"}',
  ],
  error: [
    'ERROR: relation does not exist',
    '2026/11/21 10:00:00 [error] 7#7: *1 open() failed',
    'Error: connect ECONNREFUSED',
    'java.lang.IllegalStateException: no',
    'ValueError: bad',
    '{"level":50}',
    '{"level":"ERROR"}',
    '<11>1 2026-11-21T10:00:00Z host app 1 - - x',
    '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "POST /x HTTP/1.1" 502 0',
    'ts=1 level="error" msg=x',
  ],
  fatal: [
    'FATAL: x',
    'panic: runtime error',
    '{"level":60}',
    '<0>x',
    'F1121 10:00:00.1 1 a.go:1] x',
    'CRITICAL:root:x',
  ],
};

describe('the level of a line', () => {
  for (const [level, lines] of Object.entries(CASES))
    test(`is ${level} where it says so, or looks so`, () => {
      for (const line of lines) assert.equal(levelName(levelOf(line)), level, line);
    });

  test('of what is long, deep or broken is found as quickly', () => {
    const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;
    const odd = [
      ...[deep, '['.repeat(1e6), `{${'"a":['.repeat(1e5)}`, `<${'9'.repeat(1e6)}`, 'A'.repeat(1e6)],
      ...[' HTTP/'.repeat(1e5), `${'x='.repeat(5e5)}`, `{"level":${'9'.repeat(1e5)}}`, '\ud800<'],
    ];
    for (const line of odd) assert.equal(levelName(levelOf(line)), 'info', line.slice(0, 20));
  });
});
