/** A file that others write to, read by real programs while it is put aside, cut off, removed and made anew: each line once. */
import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { isOlder } from '../../../src/adapters/tail/aside.ts';
import { type Files, files } from '../../../src/adapters/tail/files.ts';
import type { Place } from '../../../src/adapters/tail/place.ts';
import { type FileBatch, FileTail } from '../../../src/adapters/tail/tail.ts';
import { LONGEST_LINE } from '../../../src/hub.ts';

describe('a file that is written to', () => {
  const shell = localShell({ host: 'box' });
  const reader: Files = files.open({ shell, options: {} });
  let folder: string;
  let path: string;
  let round = 0;
  let now = 0;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-tail-'));
  });
  after(async () => {
    await shell.close();
    await rm(folder, { recursive: true, force: true });
  });

  let taken: string[] = [];
  let place: Place | undefined;
  let lost = false;
  beforeEach(() => {
    round += 1;
    path = join(folder, `${round}.log`);
    [taken, place, lost] = [[], undefined, false];
  });
  const opened = () => new FileTail(path, reader, place, () => now);
  const take = async (batch: FileBatch) => {
    taken.push(...batch.lines.map(({ text }) => text));
    place = batch.place;
    lost ||= batch.lost === true;
  };
  /** Takes what there is; `late` lets as much time pass as a renamed file is waited for. */
  const poll = async (tail: FileTail, late = false) => {
    for (let tries = 0; tries < 50; tries += 1) {
      const [named] = await reader.look([path]);
      const more = await tail.poll(named, take);
      if (!more && (!late || tries >= 3)) return;
      if (late) now += 5_000;
    }
  };
  const written = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `line ${from + at}`);
  const write = (from: number, to: number) =>
    appendFile(
      path,
      written(from, to)
        .map((line) => `${line}\n`)
        .join(''),
    );

  it('is taken once, a line only when it is whole, wherever its reader starts anew', async () => {
    await write(0, 10);
    await appendFile(path, 'line 1');
    await poll(opened());
    assert.deepEqual(taken, written(0, 10));
    await appendFile(path, '0\r\nline 11\n');
    await poll(opened());
    assert.deepEqual(taken, written(0, 12));
    await poll(opened());
    assert.deepEqual(taken, written(0, 12));
  });

  it('may be renamed and made anew many times, and written to under its old name', async () => {
    let tail = opened();
    let at = 0;
    for (let turn = 0; turn < 8; turn += 1) {
      await write(at, at + 3);
      if (turn % 3 !== 2) await poll(tail);
      if (turn % 4 === 1) tail = opened();
      for (let number = 9; number > 0; number -= 1)
        await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => {});
      await rename(path, `${path}.1`);
      await appendFile(`${path}.1`, `line ${at + 3}\n`);
      at += 4;
    }
    await write(at, at + 2);
    await poll(tail, true);
    const order = (one: string, other: string) => Number(one.slice(5)) - Number(other.slice(5));
    assert.deepEqual([...taken].sort(order), written(0, at + 2));
    assert.equal(lost, false);
    await write(at + 2, at + 3);
    await poll(tail);
    assert.equal(place?.open.length, 1);
  });

  it('may be copied and cut off: what was not read is read from the copy', async () => {
    const tail = opened();
    await write(0, 20);
    await poll(tail);
    await write(20, 30);
    await copyFile(path, `${path}.1`);
    await truncate(path);
    await write(30, 35);
    await poll(tail);
    await poll(opened(), true);
    const order = (one: string, other: string) => Number(one.slice(5)) - Number(other.slice(5));
    assert.deepEqual([...taken].sort(order), written(0, 35));
    // The copy is known: when it is renamed later, it is no new file.
    await rename(`${path}.1`, `${path}.2`);
    await rename(path, `${path}.1`);
    await write(35, 40);
    await poll(opened(), true);
    assert.deepEqual([...taken].sort(order), written(0, 40));
    assert.equal(lost, false);
  });

  it('may be copied and cut off several times while nobody looks, also right after it was', async () => {
    const cutOff = async () => {
      for (let number = 9; number > 0; number -= 1)
        await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(() => {});
      await copyFile(path, `${path}.1`);
      await truncate(path);
    };
    let at = 0;
    const more = async () => {
      await write(at, at + 10);
      at += 10;
    };
    await more();
    await poll(opened());
    for (let times = 0; times < 3; times += 1) {
      await more();
      await cutOff();
    }
    await poll(opened());
    // Nothing is in it, and that was seen; and nothing is in it again.
    await more();
    await cutOff();
    await poll(opened());
    await more();
    await cutOff();
    await more();
    await poll(opened(), true);
    const order = (one: string, other: string) => Number(one.slice(5)) - Number(other.slice(5));
    assert.deepEqual([...taken].sort(order), written(0, at));
    assert.equal(lost, false);
  });

  it('may be put aside so fast that its number is given to another one while it is waited for', async () => {
    let at = 0;
    let tail = opened();
    await write(at, 10);
    await poll(tail);
    for (let turn = 0; turn < 6; turn += 1) {
      at += 10;
      // The one that goes gives its number to the next one, where the file system does so.
      await rm(`${path}.2`, { force: true });
      await rename(`${path}.1`, `${path}.2`).catch(() => {});
      await rename(path, `${path}.1`);
      await write(at, at + 10);
      if (turn % 2 === 1) tail = opened();
      await poll(tail);
    }
    await poll(tail, true);
    const order = (one: string, other: string) => Number(one.slice(5)) - Number(other.slice(5));
    assert.deepEqual([...taken].sort(order), written(0, at + 10));
  });

  it('may be another file of the same number and size: how it begins tells', async () => {
    const tail = opened();
    await writeFile(path, 'one\ntwo\n');
    await poll(tail);
    await writeFile(path, 'six\nten\nyes\n');
    await poll(tail);
    assert.deepEqual(taken, ['one', 'two', 'six', 'ten', 'yes']);
  });

  it('that is removed with what nobody read is told to be incomplete', async () => {
    const tail = opened();
    await write(0, 3);
    await poll(tail);
    await appendFile(path, 'half a li');
    await poll(tail);
    await rm(path);
    await write(3, 5);
    await poll(tail);
    assert.deepEqual(taken, written(0, 5));
    assert.equal(lost, true);
  });

  it('may hold anything: long lines in parts, bytes that are no text, empty lines', async () => {
    const long = 'ä'.repeat(LONGEST_LINE);
    await writeFile(path, Buffer.concat([Buffer.from(`\n${long}\n`), Buffer.from([0xff, 0x00, 0x0a])]));
    await poll(opened());
    assert.equal(taken[0], '');
    assert.equal(taken.slice(1, -1).join(''), long);
    assert.ok(taken.slice(1, -1).every((part) => Buffer.byteLength(part) <= LONGEST_LINE));
    assert.equal(taken.at(-1), '\ufffd\0');
  });

  it('is found by a pattern, whatever its name is; what was put aside is told apart from its neighbours', async () => {
    const name = join(folder, "we'ird $(touch x) na me.txt");
    await writeFile(name, 'x\n');
    assert.deepEqual(
      (await reader.look([join(folder, 'we*.txt'), '/nonexistent/*'])).map((one) => one.path),
      [name],
    );
    assert.deepEqual(
      [
        'a.log.1',
        'a.log-20260101',
        'a-2026-01-01.log',
        'a.1.log',
        'a.log.1.gz',
        'a.err.log',
        'ab.log',
        'a.log',
      ].filter((other) => isOlder('/var/log/a.log', `/var/log/${other}`)),
      ['a.log.1', 'a.log-20260101', 'a-2026-01-01.log', 'a.1.log'],
    );
  });
});
