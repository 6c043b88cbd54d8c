/** Marks become entities or a refusal, and length is measured after that. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHtml } from './html.ts';
import { parseMarkdown } from './markdown.ts';
import { refused, started } from './started.ts';

test('HTML becomes text and entities, counted in UTF-16', () => {
  assert.deepEqual(parseHtml('🚀 <b>a &lt; <i>b</i></b> &nbsp; &#128640;'), {
    text: '🚀 a < b &nbsp; 🚀',
    entities: [
      { type: 'italic', offset: 7, length: 1 },
      { type: 'bold', offset: 3, length: 5 },
    ],
  });
  assert.deepEqual(parseHtml('<pre><code class="language-ts">x</code></pre><code>y</code>').entities, [
    { type: 'pre', offset: 0, length: 1, language: 'ts' },
    { type: 'code', offset: 1, length: 1 },
  ]);
  assert.deepEqual(parseHtml(`<a href='https://x.org/?a=1&amp;b'>l</a><a href="nowhere">m</a>`).entities, [
    { type: 'text_link', offset: 0, length: 1, url: 'https://x.org/?a=1&b' },
  ]);
  assert.deepEqual(
    parseHtml('<blockquote expandable>q</blockquote><span class="tg-spoiler">s</span>').entities,
    [
      { type: 'expandable_blockquote', offset: 0, length: 1 },
      { type: 'spoiler', offset: 1, length: 1 },
    ],
  );
});

const BAD_HTML: [source: string, why: string][] = [
  ['é <p>x</p>', 'Unsupported start tag "p" at byte offset 3'],
  ['a < b', 'Unsupported start tag "" at byte offset 2'],
  ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
  ['<b>x</i>', 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
  ['x</b>', 'Unexpected end tag at byte offset 1'],
  ['<b>x</b', 'Unclosed end tag at byte offset 4'],
  ['x <b', 'Unclosed start tag at byte offset 2'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['<a href>x</a>', 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'],
  [
    'x&#xD800;',
    'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
  ],
];

for (const [source, why] of BAD_HTML) {
  test(`HTML is refused: ${source}`, () => {
    assert.throws(() => parseHtml(source), { message: `Bad Request: can't parse entities: ${why}` });
  });
}

test('MarkdownV2 becomes text and entities', () => {
  assert.deepEqual(parseMarkdown('*a _b_* __c__ ~d~ ||e|| `f.` [g](https://x.org/\\)) \\.'), {
    text: 'a b c d e f. g .',
    entities: [
      { type: 'italic', offset: 2, length: 1 },
      { type: 'bold', offset: 0, length: 3 },
      { type: 'underline', offset: 4, length: 1 },
      { type: 'strikethrough', offset: 6, length: 1 },
      { type: 'spoiler', offset: 8, length: 1 },
      { type: 'code', offset: 10, length: 2 },
      { type: 'text_link', offset: 13, length: 1, url: 'https://x.org/)' },
    ],
  });
  assert.deepEqual(parseMarkdown('```ts\nx - 1;\n```\n>q\n>r\ns'), {
    text: 'x - 1;\n\nq\nr\ns',
    entities: [
      { type: 'pre', offset: 0, length: 7, language: 'ts' },
      { type: 'blockquote', offset: 8, length: 3 },
    ],
  });
});

const BAD_MARKDOWN: [source: string, why: string][] = [
  ...[...'>#+-=|{}.!()]'].map((one): [string, string] => [
    `a${one}b`,
    `Character '${one}' is reserved and must be escaped with the preceding '\\'`,
  ]),
  ['é *b', "Can't find end of Bold entity at byte offset 3"],
  ['_b', "Can't find end of Italic entity at byte offset 0"],
  ['[a](b', "Can't find end of a URL at byte offset 4"],
  ['>*a\nb*', "Can't find end of Bold entity at byte offset 1"],
];

for (const [source, why] of BAD_MARKDOWN) {
  test(`MarkdownV2 is refused: ${JSON.stringify(source)}`, () => {
    assert.throws(() => parseMarkdown(source), { message: `Bad Request: can't parse entities: ${why}` });
  });
}

test('text is cleaned and trimmed, and its entities with it', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  await api.sendMessage(group.id, '\n <b> a\tb\r</b> \n', { parse_mode: 'HTML' });
  const [said] = telegram.said(group);
  assert.deepEqual([said?.text, said?.entities], ['a b', [{ type: 'bold', offset: 0, length: 3 }]]);
});

test('4,096 units are the most, without the marks', async (t) => {
  const { telegram, api } = await started(t);
  const group = telegram.group();
  const { message_id } = await api.sendMessage(group.id, `<b>${'🚀'.repeat(2048)}</b>`, {
    parse_mode: 'HTML',
  });
  await refused(api.sendMessage(group.id, 'x'.repeat(4097)), 400, 'Bad Request: message is too long');
  await refused(
    api.editMessageText(group.id, message_id, 'x'.repeat(4097)),
    400,
    'Bad Request: MESSAGE_TOO_LONG',
  );
  assert.equal(telegram.said(group)[0]?.text.length, 4096);
});

test('empty text is refused, also when only its marks are there', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  await refused(api.sendMessage(id, ''), 400, 'Bad Request: message text is empty');
  await refused(api.sendMessage(id, ' \n'), 400, 'Bad Request: text must be non-empty');
  await refused(
    api.sendMessage(id, '<b> </b>', { parse_mode: 'HTML' }),
    400,
    'Bad Request: text must be non-empty',
  );
  await refused(
    api.sendMessage(id, '<x>', { parse_mode: 'HTML' }),
    400,
    `Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 0`,
  );
});

test('entities that are given apart are kept', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  await api.sendMessage(id, 'a <b>', { entities: [{ type: 'bold', offset: 0, length: 1 }] });
  assert.deepEqual(telegram.said(id)[0]?.entities, [{ type: 'bold', offset: 0, length: 1 }]);
  assert.equal(telegram.said(id)[0]?.text, 'a <b>');
});
