/** The part of the conformance suite that is about bytes: how many, how they are cut, where they go. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Shell } from '../../src/shell.ts';

const MEGABYTE = 1_000_000;

export function streamConformance(shell: () => Shell): void {
  test('100 MB of output pass at flat memory', async () => {
    // The heap first grows to the size it works with, whatever the amount of output.
    await shell().run(['sh', '-c', 'yes "warming up" | head -c 30000000'], { onLine: () => {} });
    const before = process.memoryUsage.rss();
    let most = before;
    let lines = 0;
    const onLine = () => {
      lines += 1;
      if (lines % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss());
    };
    const argv = [
      'sh',
      '-c',
      'yes "a line of forty bytes, as logs have them" | head -c 100000000; echo; echo end',
    ];
    const output = await shell().run(argv, { onLine, keep: MEGABYTE });
    assert.equal(output.stdout.length, MEGABYTE);
    assert.ok(output.stdout.endsWith('\nend\n'));
    assert.equal(lines, Math.ceil((100 * MEGABYTE) / 41) + 1);
    const grown = Math.round((most - before) / MEGABYTE);
    assert.ok(grown < 60, `memory grew by ${grown} MB`);
  });

  test('100 MB of input pass at flat memory', async () => {
    const before = process.memoryUsage.rss();
    let most = before;
    const chunk = Buffer.alloc(100_000, 'x');
    async function* chunks() {
      for (let index = 0; index < 1_000; index += 1) {
        most = Math.max(most, process.memoryUsage.rss());
        yield chunk;
      }
    }
    const { stdout } = await shell().run(['wc', '-c'], { stdin: Readable.from(chunks()) });
    assert.equal(stdout.trim(), '100000000');
    const grown = Math.round((most - before) / MEGABYTE);
    assert.ok(grown < 60, `memory grew by ${grown} MB`);
  });

  test('a program need not read what it is given', async () => {
    assert.equal((await shell().run(['true'], { stdin: 'x'.repeat(3 * MEGABYTE) })).code, 0);
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    assert.equal((await shell().run(['true'], { stdin: endless })).code, 0);
    assert.ok(endless.destroyed);
  });

  test('a stream that fails ends the program', async () => {
    const stdin = new Readable({
      read() {
        this.destroy(new RangeError('broken'));
      },
    });
    await assert.rejects(shell().run(['cat'], { stdin }), RangeError);
  });

  test('characters are not torn, neither between chunks nor where the beginning is dropped', async () => {
    const lines: string[] = [];
    const argv = ['sh', '-c', "printf '\\360\\237'; sleep 0.3; printf '\\230\\200\\n'"];
    const output = await shell().run(argv, { onLine: (line) => lines.push(line) });
    assert.deepEqual([output.stdout, lines], ['😀\n', ['😀']]);
    const { stdout } = await shell().run(['printf', '%s', '😀'.repeat(100)], { keep: 10 });
    assert.equal(stdout, '😀😀');
  });

  test('a very long line comes in pieces of at most 16 KiB', async () => {
    const lines: string[] = [];
    const line = 'ä'.repeat(50_000);
    await shell().run(['cat'], { stdin: `x${line}\nshort\n`, onLine: (one) => lines.push(one) });
    assert.equal(lines.pop(), 'short');
    assert.equal(lines.join(''), `x${line}`);
    assert.ok(lines.every((piece) => Buffer.byteLength(piece) <= 16_384));
    assert.equal(lines.length, 7);
  });

  test('what a program leaves in the background does not keep us waiting', async () => {
    const abort = new AbortController();
    const argv = ['sh', '-c', 'sleep 600 & echo $!'];
    const { stdout } = await shell().run(argv, { signal: abort.signal });
    process.kill(Number(stdout), 'SIGKILL');
  });

  test('it connects to a unix socket', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-echo-'));
    const path = join(folder, 'echo.sock');
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => server.listen(path, resolve));
    t.after(async () => {
      server.close();
      await rm(folder, { recursive: true, force: true });
    });
    const streams = await Promise.all(Array.from({ length: 12 }, () => shell().connect(path)));
    const sent = 'hello '.repeat(10_000);
    const answers = streams.map((stream) => {
      stream.end(sent);
      return text(stream);
    });
    for (const answer of await Promise.all(answers)) assert.equal(answer, sent);
  });
}
