/** Which bytes a header asks for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wanted } from '../../../src/hubs/boot/range.ts';

const TAG = '"abc"';
const of = (range: string | undefined, more: Record<string, string> = {}, size = 100) =>
  wanted({ ...(range !== undefined && { range }), ...more }, size, TAG);

test('one range is a piece, cut off at the end of the file', () => {
  assert.deepEqual(of('bytes=0-9'), { from: 0, bytes: 10 });
  assert.deepEqual(of('bytes=90-200'), { from: 90, bytes: 10 });
  assert.deepEqual(of('bytes=99-'), { from: 99, bytes: 1 });
  assert.deepEqual(of('bytes=-10'), { from: 90, bytes: 10 });
  assert.deepEqual(of('bytes=-1000'), { from: 0, bytes: 100 });
  assert.deepEqual(of(' Bytes = 5 - 5 '), { from: 5, bytes: 1 });
});

test('where there are no such bytes, that is said', () => {
  assert.equal(of('bytes=100-'), 'unsatisfiable');
  assert.equal(of('bytes=-0'), 'unsatisfiable');
  assert.equal(of('bytes=0-', {}, 0), 'unsatisfiable');
});

test('several ranges, and what is none, are the whole file', () => {
  for (const range of [
    undefined,
    'bytes=0-1,5-6',
    'bytes=5-2',
    'bytes=-',
    'bytes=a-b',
    'lines=1-2',
    'bytes=1e3-',
    `bytes=${'9'.repeat(400)}-`,
    'bytes=0x1-2',
    '',
  ])
    assert.equal(of(range), 'whole', `${range}`);
});

test('what somebody has already is not given again, and goes on only where it is the same', () => {
  assert.equal(of(undefined, { 'if-none-match': TAG }), 'unchanged');
  assert.equal(of('bytes=0-1', { 'if-none-match': `"x", W/${TAG}` }), 'unchanged');
  assert.equal(of(undefined, { 'if-none-match': '*' }), 'unchanged');
  assert.equal(of(undefined, { 'if-none-match': '"x"' }), 'whole');
  assert.deepEqual(of('bytes=0-1', { 'if-range': TAG }), { from: 0, bytes: 2 });
  assert.equal(of('bytes=0-1', { 'if-range': `W/${TAG}` }), 'whole');
  assert.equal(of('bytes=0-1', { 'if-range': 'Sat, 21 Nov 2026 00:00:00 GMT' }), 'whole');
});
