import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { format, MAX_TEXT } from '../../../src/bot/telegram/text.ts';

describe('text for Telegram', () => {
  test('is cut in the middle where it is too long: what it is, and what to do next, stay', () => {
    const output = Array.from({ length: 500 }, (_, line) => `> line ${line} of the output`);
    const { text } = format(['✕ shop failed', '● fetch   ✕ build', ...output, 'Next: /retry r-1']);
    const lines = text.split('\n');
    assert.ok(text.length <= MAX_TEXT);
    assert.deepEqual(lines.slice(0, 3), ['✕ shop failed', '● fetch   ✕ build', '…']);
    assert.deepEqual(lines.slice(-2), ['> line 499 of the output', 'Next: /retry r-1']);
  });

  test('fits whatever it is made of, also the 4,097th character and characters of two units', () => {
    const cases = [
      ['x'.repeat(4_096)],
      ['x'.repeat(4_097)],
      ['x'.repeat(1_000_000)],
      ['😀'.repeat(3_000), '😀'.repeat(3_000), 'end'],
      // Cut in the middle of a character by whoever made it short.
      ['a warning', `${'x'.repeat(299)}😀`.slice(0, 300), '😀'.slice(1)],
      Array.from({ length: 10_000 }, () => 'y'),
      Array.from({ length: 6 }, () => 'z'.repeat(1_200)),
    ];
    for (const lines of cases) {
      const { text, entities } = format(lines);
      assert.ok(text.length <= MAX_TEXT && text.length > 0, `${text.length}`);
      assert.equal(Buffer.from(text).toString(), text, 'no half characters');
      for (const { offset, length } of entities) assert.ok(length > 0 && offset + length <= text.length);
    }
    assert.equal(format(['x'.repeat(4_096)]).text.length, 4_096);
  });

  test('marks its parts by place, so that no markup in it means anything', () => {
    const { text, entities } = format(['● <b>shop</b> *is* [live](x)', '> </code>`x` &amp;', 'Next: /logs']);
    assert.equal(text, '● <b>shop</b> *is* [live](x)\n> </code>`x` &amp;\nNext: /logs');
    assert.deepEqual(entities, [
      { type: 'bold', offset: 0, length: 28 },
      { type: 'code', offset: 31, length: 16 },
    ]);
  });
});
