import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { printable, quote } from '../src/shell.ts';

describe('quote', () => {
  test('gives a word that sh reads back unchanged', () => {
    for (const word of [
      "it's",
      '$(id)',
      '`id`',
      'a b',
      '"',
      '\\',
      '',
      '\n',
      '-x',
      '*',
      '~',
      '!!',
      'é',
      'a=b',
    ]) {
      assert.equal(
        execFileSync('sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' }),
        word,
        JSON.stringify(word),
      );
    }
  });
});

describe('printable', () => {
  test('lets no control character through that could drive a terminal or forge a line', () => {
    assert.equal(printable('\x1b[31mred\x1b[0m'), 'red');
    assert.equal(printable('a\rb\x07\x9b2J'), 'a\\x0db\\x07\\x9b2J');
    assert.equal(printable('evil\u202etxt'), 'evil\\x202etxt');
    assert.equal(printable('sh\xadop \u206aa\u3164 \u{e0041}'), 'sh\\xadop \\x206aa\\x3164 \\xe0041');
    assert.equal(printable('a\tb'), 'a  b');
  });
});
