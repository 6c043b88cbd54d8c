import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Terminal } from '../../../src/bot/console/terminal.ts';
import type { Incoming } from '../../../src/bot/platform.ts';

function open(tty: boolean) {
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns: 40 });
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
  });
  const received: Incoming[] = [];
  const terminal = new Terminal({ input, output, user: 'reem', onInterrupt: () => {} });
  return {
    input,
    terminal,
    received,
    open: () => {
      const stop = new AbortController();
      const served = terminal.serve({ take: async (lines) => void received.push(...lines) }, stop.signal);
      return async () => {
        stop.abort();
        await served;
      };
    },
    text: () => shown,
  };
}
const place = { platform: 'console', chat: 'console' };

describe('the console', () => {
  test('takes every line of a pipe as the person who started it, each with an id of its own', async () => {
    const console = open(false);
    const close = console.open();
    console.input.write('/status\n\n  \n/deploy shop\n');
    console.input.end();
    while (console.received.length < 2) await sleep(5);
    assert.deepEqual(
      console.received.map(({ text, user }) => [text, user]),
      [
        ['/status', 'reem'],
        ['/deploy shop', 'reem'],
      ],
    );
    assert.notEqual(console.received[0]?.id, console.received[1]?.id);
    await close();
  });

  test('goes on saying things after the end of its input', async () => {
    const console = open(false);
    const close = console.open();
    console.input.end();
    await sleep(10);
    await console.terminal.post(place, ['still here']);
    assert.equal(console.text(), 'still here\n');
    await close();
  });

  test('redraws the last card in place at a terminal', async () => {
    const console = open(true);
    const close = console.open();
    const posted = await console.terminal.post(place, ['working', 'x'.repeat(50)]);
    await console.terminal.edit(posted, ['done'], true);
    // One row, and two for the line that is wider than the terminal.
    assert.match(console.text(), /\x1b\[3F\x1b\[0J[\s\S]*done/);
    await close();
  });

  test('lets nothing through that could drive the terminal', async () => {
    const console = open(false);
    const close = console.open();
    await console.terminal.post(place, ['a\x1b[2Jb\rc\x07']);
    assert.equal(console.text(), 'ab\\x0dc\\x07\n');
    await close();
  });
});
