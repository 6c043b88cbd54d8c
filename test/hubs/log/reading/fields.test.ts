import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fieldsOf } from '../../../../src/hubs/log/reading/fields.ts';

const said = (iso: string, nanoseconds = 0n): bigint => BigInt(Date.parse(iso)) * 1_000_000n + nanoseconds;

describe('what a message says', () => {
  test('is read out of JSON, with its time in whatever unit', () => {
    const time = said('2026-11-21T10:00:00.123Z');
    for (const own of [
      '"time":"2026-11-21T10:00:00.123Z"',
      '"ts":1795255200.123',
      '"time":1795255200123',
      '"timestamp":1795255200123000',
      '"@timestamp":"2026-11-21T12:00:00.123+02:00"',
    ]) {
      const read = fieldsOf(`{${own},"msg":"x"}`);
      assert.equal(read.fields?.msg, 'x');
      assert.equal(read.said, time, own);
    }
  });

  test('is read out of logfmt', () => {
    assert.deepEqual(fieldsOf('ts=2026-11-21T10:00:00Z level=info msg="a \\"b\\" c" n=1 __proto__=x'), {
      fields: Object.defineProperty(
        { ts: '2026-11-21T10:00:00Z', level: 'info', msg: 'a "b" c', n: '1' },
        '__proto__',
        { value: 'x', enumerable: true },
      ),
      said: said('2026-11-21T10:00:00Z'),
    });
    for (const text of ['a sentence with x=1', 'x=1', '=', 'a = b', 'url /x?a=b&c=d'])
      assert.equal(fieldsOf(text).fields, undefined, text);
  });

  test('is read out of access logs', () => {
    const line =
      '10.0.0.1 - bob [10/Oct/2000:13:55:36 -0700] "GET /a?b HTTP/1.1" 404 12 "http://x/" "curl/8"';
    assert.deepEqual(fieldsOf(line), {
      fields: {
        ...{ client: '10.0.0.1', user: 'bob', method: 'GET', path: '/a?b', protocol: 'HTTP/1.1' },
        ...{ status: 404, bytes: 12, referrer: 'http://x/', agent: 'curl/8' },
      },
      said: said('2000-10-10T20:55:36Z'),
    });
  });

  test('is read out of syslog and klog', () => {
    assert.deepEqual(fieldsOf('<34>1 2026-11-21T10:00:00.003Z web su 12 ID47 - failed'), {
      fields: { priority: 34, hostname: 'web', program: 'su', pid: '12', id: 'ID47' },
      said: said('2026-11-21T10:00:00.003Z'),
    });
    assert.deepEqual(fieldsOf('<34>Oct 11 22:14:15 web su[12]: failed').fields, {
      ...{ priority: 34, hostname: 'web', program: 'su', pid: '12' },
    });
    assert.deepEqual(fieldsOf('I1121 10:00:00.123456    7 main.go:10] started').fields, {
      ...{ thread: '7', file: 'main.go', line: '10' },
    });
  });

  test('is when it happened, to the nanosecond, where it says its time zone', () => {
    assert.equal(
      fieldsOf('2026-11-21T10:00:00.123456789Z x').said,
      said('2026-11-21T10:00:00Z', 123_456_789n),
    );
    assert.equal(fieldsOf('[2026-11-21 10:00:00,5+0200] x').said, said('2026-11-21T08:00:00.500Z'));
    assert.equal(fieldsOf('2026-11-21 10:00:00 x').said, undefined);
    assert.equal(fieldsOf('2026-99-99T10:00:00Z x').said, undefined);
  });

  test('is nothing, and soon, where it is rubbish, deep, or long', () => {
    const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`;
    const rubbish = [
      deep,
      '{"a":1',
      `{"a":"${'x'.repeat(1e6)}"}`,
      '<',
      `<1>${' '.repeat(1e6)}`,
      'a='.repeat(1e6),
    ];
    for (const text of [...rubbish, '" '.repeat(1e6), `${'1 '.repeat(1e5)}[`, '\0', ''])
      assert.deepEqual(fieldsOf(text), {}, text.slice(0, 20));
    assert.ok(fieldsOf(`{"a":${'['.repeat(15)}${']'.repeat(15)}}`).fields);
  });
});
