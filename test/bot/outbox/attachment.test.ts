import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attachment, MAX_FILE } from '../../../src/bot/outbox/attachment.ts';

test('lines become a file of plain text, with nothing in it that is not printed', () => {
  const file = attachment('shop-r-1.log', ['one\ntwo', '\x1b[31mred\x1b[0m \x07', 'höhö']);
  assert.deepEqual(file, { name: 'shop-r-1.log', text: 'one\ntwo\nred \\x07\nhöhö\n' });
});

test('a name has nothing in it that means something to a path or a header', () => {
  assert.equal(attachment('../a b"\r\n.log', []).name, '..-a-b-.log');
});

test('of what is long the newest part is kept, whole lines, with how many are missing', () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index} é`);
  const { text } = attachment('x', lines);
  const size = Buffer.byteLength(text);
  assert.ok(size <= MAX_FILE && size > MAX_FILE - 100, String(size));
  const [note, first, ...rest] = text.trimEnd().split('\n');
  const missing = Number(/^\((\d+) earlier lines left out\)$/.exec(note as string)?.[1]);
  assert.equal(first, `line ${missing} é`);
  assert.equal(rest.at(-1), 'line 199999 é');
  assert.equal(rest.length + 1 + missing, 200_000);
});
