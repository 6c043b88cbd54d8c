import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenCharacter, nextWord, shown } from '../../../src/bot/grammar/words.ts';

function words(line: string): string[] {
  const found: string[] = [];
  for (let at = 0; ; ) {
    const word = nextWord(line, at);
    if (!word) return found;
    assert.ok(word.end > at, 'each word goes on from the last');
    if ('unclosed' in word) return [...found, `unclosed ${word.unclosed} at ${word.start}`];
    found.push(word.text);
    at = word.end;
  }
}

const cases: [string, string, string[]][] = [
  [
    'white space of every kind separates',
    'a\tb\nc\r\nd\u00a0e\u2003f\u3000g',
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'],
  ],
  ['an empty line has no words', ' \n\t ', []],
  ['double quotes keep spaces and lines together', 'a "b  c\nd" e', ['a', 'b  c\nd', 'e']],
  ['single quotes do too', "'a b' c", ['a b', 'c']],
  ['empty quotes are a word', 'a "" b', ['a', '', 'b']],
  ['curly quotes are quotes', '“a b” ‘c d’', ['a b', 'c d']],
  [
    'quotes of other languages are quotes',
    '„a b“ «c d» »e f« ”g h” ‚i j‘',
    ['a b', 'c d', 'e f', 'g h', 'i j'],
  ],
  ['a straight quote may close a curly one, as phones do it', '“a b" c', ['a b', 'c']],
  ['another kind of quote is a letter inside quotes', '"it’s “fine”" x', ['it’s “fine”', 'x']],
  ['a quote opens after =', '--ref="a b" --x=‘c d’', ['--ref=a b', '--x=c d']],
  ['a quote opens after a comma', '"a b","c d",e', ['a b,c d,e']],
  ['what follows a closing quote belongs to the word', '"a b"c "d"\'e f\'', ['a bc', 'de f']],
  ['an apostrophe inside a word is a letter', "don't o’clock", ["don't", 'o’clock']],
  ['an apostrophe inside single quotes is one too', "'don't do it' x", ["don't do it", 'x']],
  ['a quote inside a word is a letter', 'a"b 27" c', ['a"b', '27"', 'c']],
  ['a backslash keeps a quote inside double quotes', '"a \\"b\\" \\\\" c', ['a "b" \\', 'c']],
  ['a backslash is a letter elsewhere', 'C:\\dir \'\\\' "a\\n"', ['C:\\dir', '\\', 'a\\n']],
  ['an open quote is told with its place', 'a b "c d', ['a', 'b', 'unclosed " at 4']],
  ['an open single quote too', "a --x='c d", ['a', "unclosed ' at 6"]],
  ['shell characters are letters', '$(rm -rf) `x` a;b|c&d>e *', ['$(rm', '-rf)', '`x`', 'a;b|c&d>e', '*']],
];
for (const [name, line, expected] of cases) test(name, () => assert.deepEqual(words(line), expected));

test('a word that starts with a quote says so, and knows its commas outside quotes', () => {
  const word = nextWord('"a,b",c', 0);
  assert.deepEqual(word, { text: 'a,b,c', start: 0, end: 7, quoted: true, commas: [3] });
});

test('characters nobody sees are found with their code and place', () => {
  for (const hidden of [
    '\0',
    '\x1b',
    '\x7f',
    '\x85',
    '\xad',
    '\u200b',
    '\u200f',
    '\u202e',
    '\u2066',
    '\u2060',
    '\ud800',
  ])
    assert.deepEqual(hiddenCharacter(`/a${hidden}b`, 0), {
      code: `U+${hidden.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
      place: 3,
    });
  assert.equal(hiddenCharacter('/a\t“é” 日本 👍\r\n\u00a0—', 0), undefined);
});

test('a piece of text for a reply is one short line without hidden characters', () => {
  assert.equal(shown('a\n\x1b[31mb\u202ec'), 'a [31mb c');
  assert.equal(shown('x'.repeat(5_000)), `${'x'.repeat(39)}…`);
});
