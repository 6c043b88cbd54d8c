import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Capture } from '../src/capture.ts';

test('the last lines of a program are the same whether or not somebody hears all of them, however they are cut into chunks', () => {
  const line = (index: number) => (index % 7 === 0 ? '' : `${index} ${'x'.repeat((index * 31) % 90)}\r`);
  const text = Array.from({ length: 400 }, (_, index) => line(index)).join('\n');
  for (const size of [3, 64, 500, 5_000, text.length])
    for (const end of ['', '\n', `\n${'y'.repeat(40_000)}`]) {
      const bytes = Buffer.from(`${text}${end}`);
      const [heard, unheard] = [new Capture({ onLine: () => {} }), new Capture({})];
      for (const capture of [heard, unheard]) {
        for (let at = 0; at < bytes.length; at += size) {
          capture.take('stdout', bytes.subarray(at, at + size));
          if (at % 3 === 0) capture.take('stderr', Buffer.from(`! ${at}\n`));
        }
        capture.end();
      }
      assert.deepEqual(unheard.lines, heard.lines);
      assert.deepEqual(unheard.output(0), heard.output(0));
    }
});
