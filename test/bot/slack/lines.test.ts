import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linesOf } from '../../../src/bot/slack/lines.ts';
import { format, plain } from '../../../src/bot/slack/text.ts';

const event = (more: Record<string, unknown>) => ({
  type: 'event_callback',
  event: { type: 'message', channel: 'C1', user: 'U7', text: 'hello', ts: '1700.0001', ...more },
});

describe('a delivery of Slack', () => {
  test('that mentions the bot is a line, the same for both of its events', () => {
    const said = { text: '<@UBOT> deploy shop v2' };
    const [line] = linesOf(event(said), 'UBOT');
    assert.deepEqual(line, {
      id: '1700.0001',
      platform: 'slack',
      chat: 'C1',
      thread: undefined,
      user: 'U7',
      text: '/deploy shop v2',
      message: '1700.0001',
      replyTo: undefined,
    });
    assert.deepEqual(linesOf(event({ ...said, type: 'app_mention' }), 'UBOT'), [line]);
  });

  test('keeps the thread, and takes what was typed as it was typed', () => {
    const text = '<@UBOT|muster>: /logs shop --grep &lt;a &amp;&amp; b&gt;';
    const [line] = linesOf(event({ text, thread_ts: '1699.5' }), 'UBOT');
    assert.deepEqual([line?.text, line?.thread], ['/logs shop --grep <a && b>', '1699.5']);
    assert.equal(
      plain('see <https://example.org/x?a=1&amp;b=2> and <https://h/|h>'),
      'see https://example.org/x?a=1&b=2 and h',
    );
  });

  test('that is a slash command is a line, with what stands behind it', () => {
    const body = { command: '/muster', text: 'status', channel_id: 'C1', user_id: 'U7', trigger_id: '13.37' };
    assert.equal(linesOf(body, 'UBOT')[0]?.text, '/status');
    assert.equal(linesOf({ ...body, text: '' }, 'UBOT')[0]?.text, '/help');
  });

  test('that is the press of a button is the line the button stands for', () => {
    const body = {
      type: 'block_actions',
      trigger_id: '13.38',
      channel: { id: 'C1' },
      user: { id: 'U7' },
      actions: [{ value: '/cancel r-1' }],
    };
    const [line] = linesOf(body, 'UBOT');
    assert.deepEqual([line?.text, line?.press], ['/cancel r-1', '13.38']);
    assert.deepEqual(linesOf({ ...body, actions: 'x' }, 'UBOT'), []);
  });

  test('that is an edit, of a bot, or malformed is none', () => {
    for (const body of [
      event({ subtype: 'message_changed' }),
      event({ bot_id: 'B1' }),
      event({ user: undefined }),
      event({ text: 7 }),
      { type: 'event_callback' },
      { type: 'event_callback', event: { type: 'reaction_added' } },
      {},
    ])
      assert.deepEqual(linesOf(body, 'UBOT'), []);
  });
});

/** The text elements of a message's first block. */
const said = (blocks: unknown[]) =>
  (blocks as { elements: { elements: { text: string }[] }[] }[])[0]?.elements[0]?.elements ?? [];

describe('text for Slack', () => {
  test('is rich text, in which no mention, link or format of an output means anything', () => {
    const { text, blocks } = format(['● <!channel> *shop*', '> <@U1> `x` &amp;', 'Next: /logs']);
    assert.equal(text, '● &lt;!channel&gt; *shop*');
    assert.deepEqual(said(blocks), [
      { type: 'text', text: '● <!channel> *shop*', style: { bold: true } },
      { type: 'text', text: '\n' },
      { type: 'text', text: '> ' },
      { type: 'text', text: '<@U1> `x` &amp;', style: { code: true } },
      { type: 'text', text: '\n' },
      { type: 'text', text: 'Next: /logs' },
    ]);
  });
});
