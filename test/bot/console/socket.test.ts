import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, answers, ask, listen, type SayEvent } from '../../../src/bot/console/socket.ts';

describe('the socket where say meets start', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-socket-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const result: SayEvent = { type: 'result', exit: 0, status: 'answered', text: 'pong' };
  const pong: Answer = async (request, emit) => {
    emit({ type: 'reply', text: request.text });
    emit(result);
  };
  const all = async (path: string, text: string) => {
    const events: SayEvent[] = [];
    for await (const event of ask(path, { id: '1', user: 'reem', text })) events.push(event);
    return events;
  };

  test('carries a line there and its events back, for its owner only', async () => {
    const path = join(folder, 'a.sock');
    const door = await listen(path, pong, (error) => assert.fail(String(error)));
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.deepEqual(await all(path, 'line with "quotes"\nand a newline'), [
      { type: 'reply', text: 'line with "quotes"\nand a newline' },
      result,
    ]);
    await door.close();
    assert.equal(await answers(path), false);
  });

  test('holds back where the asker reads slowly, and goes on once the asker has gone', async () => {
    const path = join(folder, 'slow.sock');
    let sent = 0;
    let ended: () => void = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const flood: Answer = async (_, emit, signal) => {
      while (!signal.aborted) {
        await emit({ type: 'reply', text: 'x'.repeat(100_000) });
        sent += 1;
      }
      ended();
    };
    const door = await listen(path, flood, (error) => assert.fail(String(error)));
    const socket = connect(path);
    socket.write('{"id": "1", "user": "reem", "text": "x"}\n');
    let before = -1;
    while (sent !== before || sent === 0) {
      before = sent;
      await sleep(100);
    }
    assert.ok(sent < 100, `${sent} events of 100 kB are held in memory`);
    socket.destroy();
    await end;
    await door.close();
  });

  test('takes over the file of a server that was killed', async () => {
    const path = join(folder, 'b.sock');
    await writeFile(path, '');
    const door = await listen(path, pong, (error) => assert.fail(String(error)));
    assert.equal((await all(path, 'x')).length, 2);
    await door.close();
  });

  test('of several servers that start at once, one gets it, also where a dead one left its file', async () => {
    for (const left of [false, true]) {
      const path = join(folder, `several-${left}.sock`);
      if (left) await writeFile(path, '');
      const starts = [1, 2].map(() => listen(path, pong, (error) => assert.fail(String(error))));
      const ends = await Promise.allSettled(starts);
      assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = ends.find((end) => end.status === 'rejected');
      assert.equal(refused?.reason.code, 'state.taken');
      assert.equal((await all(path, 'x')).length, 2);
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('several')),
        [`several-${left}.sock`],
      );
      for (const end of ends) if (end.status === 'fulfilled') await end.value.close();
    }
  });

  test('survives a guest who talks nonsense or leaves in the middle', async () => {
    const path = join(folder, 'c.sock');
    const errors: unknown[] = [];
    const door = await listen(path, pong, (error) => errors.push(error));
    for (const nonsense of ['not json\n', '']) {
      await new Promise<void>((resolve) => {
        const socket = connect(path, () => socket.end(nonsense));
        socket.on('close', () => resolve()).resume();
      });
    }
    assert.equal((await all(path, 'x')).length, 2);
    assert.equal(errors.length, 1);
    await door.close();
  });

  test('lets go of a guest whose line could not be answered', { timeout: 20_000 }, async () => {
    const path = join(folder, 'd.sock');
    const errors: unknown[] = [];
    const fail: Answer = () => Promise.reject(new Error('a bug'));
    const door = await listen(path, fail, (error) => errors.push(error));
    assert.deepEqual(await all(path, 'x'), []);
    assert.equal(errors.length, 1);
    await door.close();
  });
});
