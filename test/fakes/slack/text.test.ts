/** What stands in angle brackets does something, and the fake says what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { started } from './started.ts';

test('mentions and links of a text are told, with what people read', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const text =
    '<!channel> <@U1|ada> in <#C1> and <!subteam^S1>: <https://example.org/?a&amp;b|your bank> <mailto:a@b.c>';
  await api.chat.postMessage({ channel, text });
  const [said] = slack.said(channel);
  assert.deepEqual(said?.mentions, ['!channel', '@U1', '#C1', '!subteam^S1']);
  assert.deepEqual(said?.links, [
    { url: 'https://example.org/?a&b', label: 'your bank' },
    { url: 'mailto:a@b.c', label: 'mailto:a@b.c' },
  ]);
  assert.equal(said?.reading, '@channel ada in #C1 and @subteam^S1: your bank mailto:a@b.c');
  assert.deepEqual(said?.strays, []);
});

test('what is escaped does nothing and is read as it was', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  await api.chat.postMessage({ channel, text: '&lt;!channel&gt; a &amp;&amp; b &amp;lt;' });
  const [said] = slack.said(channel);
  assert.deepEqual([said?.mentions, said?.links, said?.strays], [[], [], []]);
  assert.equal(said?.reading, '<!channel> a && b &lt;');
});

test('what stands unescaped without a meaning is told, but for quotations', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  await api.chat.postMessage({ channel, text: '> quoted\n1 < 2 && 3 &gt; 2 -> x' });
  assert.deepEqual(slack.said(channel)[0]?.strays, [
    'ed\n1 < 2 &&',
    ' < 2 && 3 &',
    '< 2 && 3 &g',
    '; 2 -> x',
  ]);
});

test('blocks mention by their own rules: mrkdwn as text, rich text by its elements, plain text never', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const forged = '<!here> <http://evil|bank>';
  const post = (...blocks: unknown[]) => api.chat.postMessage({ channel, text: 'x', blocks: blocks as [] });
  await post({ type: 'header', text: { type: 'plain_text', text: forged } });
  await post({ type: 'section', text: { type: 'mrkdwn', text: forged } });
  const elements = [
    { type: 'text', text: forged },
    { type: 'broadcast', range: 'channel' },
    { type: 'user', user_id: 'U1' },
    { type: 'link', url: 'http://a', text: 'b' },
  ];
  await post({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
  assert.deepEqual(
    slack.said(channel).map(({ mentions, links, reading }) => [mentions, links, reading]),
    [
      [[], [], forged],
      [['!here'], [{ url: 'http://evil', label: 'bank' }], '@here bank'],
      [['!channel', '@U1'], [{ url: 'http://a', label: 'b' }], `${forged}b`],
    ],
  );
});

test('a change to text alone takes the blocks away', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'block' } }];
  const { ts } = await api.chat.postMessage({ channel, text: 'x', blocks });
  assert.equal(slack.said(channel)[0]?.reading, 'block');
  await api.chat.update({ channel, ts: ts as string, text: 'words' });
  const [said] = slack.said(channel);
  assert.deepEqual([said?.reading, said?.blocks, said?.edits], ['words', [], 1]);
});

test('what people type is escaped on its way, unless it is markup', async (t) => {
  const { slack } = await started(t);
  const ada = slack.user();
  const channel = slack.channel();
  slack.hold();
  slack.say(channel, ada, '<@U1> & co');
  slack.say(channel, ada, '<@U1> &amp; co', { markup: true });
  const command = slack.command(channel, ada, 'logs --grep a>b');
  assert.deepEqual(
    slack.messages(channel).map(({ text, reading }) => [text, reading]),
    [
      ['&lt;@U1&gt; &amp; co', '<@U1> & co'],
      ['<@U1> &amp; co', '@U1 & co'],
    ],
  );
  assert.equal(command.payload.text, 'logs --grep a&gt;b');
});
