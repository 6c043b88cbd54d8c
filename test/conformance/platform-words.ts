/** What is said on a platform is read there: just that, and nothing comes of it but words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Show } from './platform-show.ts';

/** What people and programs write that means something somewhere. */
const WILD = [
  '<!channel> <!here> <@U07REEM> <#C1|x> <https://evil.example|shop>',
  '&amp; &lt;b&gt; <b>bold</b> </code>',
  '*bold* _it_ ~gone~ `code` ```pre``` [text](tg://user?id=7) \\* \\_ |spoiler|',
  ':smile: → ä Ł 漢字 😀 🇫🇮 e\u0301',
  '$(id) `id` %s %n {{x}} $x',
  '> quoted <!everyone> &amp; *x*',
];
/** What would drive a terminal, turn the direction of reading, or hide something. */
const HIDDEN = [
  '\x1b[2J',
  '\x07',
  '\r',
  '\u202e',
  '\u2066',
  '\u200b',
  '\0',
  '\u061c',
  '\u2028',
  '\u2060',
  '\ufeff',
];

export function wordConformance(show: () => Show): void {
  test('what is posted is read there, line by line, in the order in which it was posted', async () => {
    const { post, edit } = show();
    await post(['one', '', 'three']);
    const posted = await post(['next']);
    assert.equal(show().read(), 'one\n\nthree\nnext');
    await edit(posted, ['changed', 'to the end'], true);
    assert.equal(show().read(), 'one\n\nthree\nchanged\nto the end');
  });

  test('an edit that changes nothing is none, and the next one is shown', async () => {
    const { post, edit } = show();
    const posted = await post(['working']);
    await edit(posted, ['working'], false);
    await edit(posted, ['working', 'still'], false);
    await edit(posted, ['done'], true);
    assert.equal(show().read(), 'done');
  });

  test('whatever characters there are, they are read as they are, and nothing springs from them', async () => {
    const { post, edit } = show();
    const posted = await post(WILD);
    assert.equal(show().read(), WILD.join('\n'));
    assert.deepEqual(show().sprung(), []);
    await edit(posted, WILD.toReversed(), true);
    assert.equal(show().read(), WILD.toReversed().join('\n'));
    assert.deepEqual(show().sprung(), []);
  });

  test('what cannot be seen is made visible, and what drives a terminal does not', async () => {
    await show().post(HIDDEN.map((hidden, index) => `${index} a${hidden}b`));
    const read = show().read();
    for (const hidden of HIDDEN) assert.ok(!read.includes(hidden), JSON.stringify(hidden));
    const rows = read.split('\n');
    assert.equal(rows.length, HIDDEN.length, read);
    for (const [index, row] of rows.entries())
      assert.match(row, new RegExp(`^${index} a(\\\\x[0-9a-f]+)?b$`));
  });

  test('a message without words is one all the same', async () => {
    const { post, edit } = show();
    const empty = [[], [''], ['   ', '\t'], ['\n\n']];
    for (const [index, lines] of empty.entries()) {
      const posted = await post(lines);
      await edit(posted, [`words ${index}`], false);
      await edit(posted, lines, false);
      await edit(posted, [`words ${index} at the end`], true);
    }
    assert.equal(show().read(), empty.map((_, index) => `words ${index} at the end`).join('\n'));
  });

  test('a message of 4,095, 4,096 or 4,097 characters is taken; of what is too long, both ends are read', async () => {
    for (const length of [2_999, 3_000, 3_001, 4_095, 4_096, 4_097]) {
      const words = 'word '.repeat(length).slice(0, length - 4);
      await show().post(['top', words.slice(0, -1).concat('.')]);
      await show().post(['x'.repeat(length)]);
    }
    const lines = Array.from({ length: 600 }, (_, index) => `> line ${index} ${'😀'.repeat(10)}`);
    const posted = await show().post(['first', ...lines, 'last']);
    for (const final of [false, true]) {
      await show().edit(posted, ['first now', ...lines, 'last now'], final);
    }
    const read = show().read();
    assert.match(read, /\nfirst now\n> line 0 /);
    assert.match(read, /\n> line 599 \S+\nlast now$/);
    assert.equal(Buffer.from(read).toString(), read, 'no half characters');
  });

  test('a line of a million characters does no harm', async () => {
    const posted = await show().post(['huge', 'x'.repeat(1_000_000), 'end']);
    assert.match(show().read(), /^huge\nx{100}/);
    assert.match(show().read(), /x…?\nend$/);
    await show().edit(posted, ['small'], true);
  });
}
