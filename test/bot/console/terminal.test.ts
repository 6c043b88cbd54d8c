import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Terminal } from '../../../src/bot/console/terminal.ts';
import type { Incoming } from '../../../src/bot/platform.ts';
import { asMusterError, MusterError } from '../../../src/errors.ts';
import { Screen } from './screen.ts';

function open(tty: boolean, { columns = 40, rows = 12 } = {}) {
  const input = Object.assign(new PassThrough(), { isTTY: tty });
  const output = Object.assign(new PassThrough(), { isTTY: tty, columns, rows });
  const screen = new Screen(columns, rows);
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
    if (tty) screen.write(String(chunk));
  });
  const received: Incoming[] = [];
  let interrupts = 0;
  const onInterrupt = () => {
    interrupts += 1;
  };
  const terminal = new Terminal({ input, output, user: 'reem', onInterrupt });
  return {
    input,
    terminal,
    received,
    /** Presses keys; resolves when they have been dealt with. */
    async press(keys: string) {
      input.write(keys);
      await setImmediate();
      await setImmediate();
    },
    /** Listens; `before` is asked before a line is taken, and its rejection goes to the console. */
    open: (before = async () => {}) => {
      const stop = new AbortController();
      const take = async (lines: Incoming[]) => {
        await before();
        received.push(...lines);
      };
      const served = terminal.serve({ take }, stop.signal);
      return async () => {
        stop.abort();
        await served;
      };
    },
    text: () => shown,
    screen: () => screen.text,
    interrupts: () => interrupts,
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

  test('says that a line could not be taken, and takes the next one', async () => {
    const console = open(false);
    const failures: Error[] = [
      new MusterError('state.unreachable', { message: 'it is away' }),
      new Error('odd'),
    ];
    const close = console.open(async () => {
      const failure = failures.shift();
      if (failure) throw failure;
    });
    console.input.write('/status\n/apps\n/jobs\n');
    while (console.received.length < 1) await sleep(5);
    assert.deepEqual(
      console.received.map(({ text }) => text),
      ['/jobs'],
    );
    const [first, second] = [
      new MusterError('state.unreachable', { message: 'it is away' }),
      asMusterError(new Error('odd')),
    ];
    assert.equal(
      console.text(),
      [first, second].map(({ message, hint }) => `${message}\n${hint}\n`).join(''),
    );
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

  test('draws the last card again in its place, over lines that are wider than the terminal', async () => {
    const console = open(true);
    const close = console.open();
    const posted = await console.terminal.post(place, ['working', 'x'.repeat(50), '界'.repeat(30)]);
    await console.terminal.edit(posted, ['done', 'really'], true);
    assert.equal(console.screen(), 'done\nreally\nmuster>');
    await close();
  });

  test('keeps what is being typed below the card, also where that is wider than the terminal', async () => {
    const console = open(true);
    const close = console.open();
    const posted = await console.terminal.post(place, ['0 %', 'first']);
    const typed = `/schedule add nightly ${'y'.repeat(70)}`;
    await console.press(typed);
    for (const share of [10, 20, 30])
      await console.terminal.edit(posted, [`${share} %`, 'first', 'second'], false);
    const rows = `muster> ${typed}`.match(/.{1,40}/g) ?? [];
    assert.equal(console.screen(), ['30 %', 'first', 'second', ...rows].join('\n'));
    await console.press('\r');
    assert.deepEqual(
      console.received.map(({ text }) => text),
      [typed],
    );
    await close();
  });

  test('leaves out the middle of a card that is taller than the screen, until its end', async () => {
    const console = open(true, { rows: 6 });
    const close = console.open();
    const posted = await console.terminal.post(place, ['0 %']);
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}`);
    for (const share of [10, 20]) await console.terminal.edit(posted, [`${share} %`, ...lines], false);
    assert.equal(console.screen(), '20 %\nline 0\n…\nline 7\nline 8\nmuster>');
    await console.terminal.edit(posted, ['done', ...lines], true);
    assert.equal(console.screen(), ['done', ...lines, 'muster>'].join('\n'));
    await close();
  });

  test('Ctrl-C takes back what is being typed, and at the empty prompt asks to stop Muster', async () => {
    const console = open(true);
    const close = console.open();
    await console.press('/deploy shop');
    await console.press('\x03');
    assert.deepEqual([console.screen(), console.interrupts()], ['muster>', 0]);
    await console.press('\x03');
    assert.equal(console.interrupts(), 1);
    await close();
  });

  test('Ctrl-C beside a live card says first that it stops Muster, not the job', async () => {
    const console = open(true);
    const close = console.open();
    const posted = await console.terminal.post(place, ['following']);
    await console.terminal.edit(posted, ['following still'], false);
    await console.press('\x03');
    assert.match(console.screen(), /Ctrl-C again stops Muster\. A job is/);
    assert.equal(console.interrupts(), 0);
    await console.press('\x03');
    assert.equal(console.interrupts(), 1);
    await close();
  });

  test('Ctrl-D at a terminal asks to stop Muster; it does not leave a console that hears nothing', async () => {
    const console = open(true);
    const close = console.open();
    await console.press('\x04');
    assert.equal(console.interrupts(), 1);
    await close();
    assert.equal(console.interrupts(), 1);
  });

  test('lets nothing through that could drive the terminal', async () => {
    const console = open(false);
    const close = console.open();
    await console.terminal.post(place, ['a\x1b[2Jb\rc\x07']);
    assert.equal(console.text(), 'ab\\x0dc\\x07\n');
    await close();
  });
});
