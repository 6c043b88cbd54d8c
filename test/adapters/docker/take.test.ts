/** A container's log taken in pieces, over restarts of whoever takes it and of the engine: each line once. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Docker, docker } from '../../../src/adapters/docker/docker.ts';
import type { Batch } from '../../../src/adapters/docker/follow.ts';
import { Frames, Joined, type Message } from '../../../src/adapters/docker/frames.ts';
import { type Mark, Marker } from '../../../src/adapters/docker/mark.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { lacksEngine, startEngine, type TestEngine } from '../../engine.ts';

const message = (time: bigint, text: string): Message => ({
  time,
  from: 'stdout',
  bytes: Buffer.from(text),
  part: false,
});

describe('how far a log was taken', () => {
  /** What a marker lets through of messages that an engine gives from `since` on. */
  const through = (all: readonly Message[], mark?: Mark) => {
    const marker = new Marker(mark);
    const given = all.filter(({ time }) => mark === undefined || time >= BigInt(mark.since));
    const fresh = given.filter((one) => marker.isNew(one)).map(({ bytes }) => String(bytes));
    return { fresh, mark: marker.mark(), lost: marker.lost() };
  };

  it('tells messages of the same time apart, and those that came out of order', () => {
    const all = [
      message(5_000_000_000n, 'a'),
      message(5_000_000_000n, 'a'),
      message(5_000_000_002n, 'b'),
      message(5_000_000_001n, 'c'),
      message(5_000_000_002n, 'b'),
      message(9_000_000_000n, 'd'),
      message(8_999_999_999n, 'e'),
    ];
    for (let cut = 0; cut <= all.length; cut += 1)
      for (let again = cut; again <= all.length; again += 1) {
        const first = through(all.slice(0, cut));
        const second = through(all.slice(0, again), first.mark);
        const third = through(all, second.mark);
        const texts = [...first.fresh, ...second.fresh, ...third.fresh];
        assert.deepEqual(texts, ['a', 'a', 'b', 'c', 'b', 'd', 'e'], `cut at ${cut} and ${again}`);
        assert.equal(second.lost || third.lost, false);
      }
  });

  it('says where the engine let go of what was taken last', () => {
    const before = [1n, 2n, 3n].map((time) => message(time, `old ${time}`));
    const { mark } = through(before);
    const later = [message(4n, 'new'), message(5n, 'newer')];
    assert.deepEqual(through(later, mark), {
      fresh: ['new', 'newer'],
      lost: true,
      mark: { ...(through(later, mark).mark as Mark) },
    });
    assert.equal(through([...before, ...later], mark).lost, false);
  });

  it('stays small when more is written in a second than is counted', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => message(10n ** 12n + BigInt(at), `${at}`));
    const first = through(many.slice(0, 15_000));
    assert.ok((first.mark?.count ?? 0) <= 4_096);
    assert.deepEqual(
      through(many, first.mark).fresh,
      many.slice(15_000).map(({ bytes }) => String(bytes)),
    );
  });
});

describe('pieces of a line', () => {
  it('become one line, with no character cut', () => {
    const joined = new Joined();
    const bytes = Buffer.from('grö');
    const piece = (part: Buffer, more: boolean, from: Message['from'] = 'stdout'): Message => ({
      ...message(7n, ''),
      bytes: part,
      part: more,
      from,
    });
    assert.equal(joined.add(piece(bytes.subarray(0, 3), true)), undefined);
    assert.equal(joined.add(piece(Buffer.from('oh'), false, 'stderr'))?.text, 'oh');
    assert.ok(joined.open);
    assert.equal(
      joined.add(piece(Buffer.concat([bytes.subarray(3), Buffer.from('ße')]), false))?.text,
      'größe',
    );
    assert.ok(!joined.open);
  });

  it('of a terminal come without frames', () => {
    const seen: Message[] = [];
    const frames = new Frames(true, (one) => seen.push(one));
    const text = Buffer.from('2026-01-01T00:00:00.5Z one\r\n2026-01-01T00:00:01Z two\r\n');
    for (const byte of text) frames.push(Buffer.from([byte]));
    assert.deepEqual(
      seen.map(({ bytes, time }) => [String(bytes), time]),
      [
        ['one', 1_767_225_600_500_000_000n],
        ['two', 1_767_225_601_000_000_000n],
      ],
    );
  });
});

describe('a container of a real engine', { skip: lacksEngine() }, () => {
  let engine: TestEngine;
  let client: Docker;
  const shell = localShell({ host: 'box' });
  before(async () => {
    engine = await startEngine();
    client = docker.open({ shell, options: { socket: engine.socket } });
  });
  after(async () => {
    await engine?.stop();
    await shell.close();
  });

  const started = async (script: string, ...options: string[]) => {
    const id = await engine.docker('run', '--detach', ...options, 'muster/base', 'sh', '-c', script);
    return { id: id.trim(), tty: options.includes('--tty') };
  };
  /** Takes until so many lines came, then goes away. */
  const upTo = async (container: { id: string; tty: boolean }, count: number, mark?: Mark) => {
    const abort = new AbortController();
    const lines: Batch['lines'] = [];
    let last = mark;
    const onBatch = async (batch: Batch) => {
      // What comes after it is given up is taken next time.
      if (abort.signal.aborted) return;
      lines.push(...batch.lines);
      last = batch.mark;
      assert.ok(!batch.lost);
      if (lines.length >= count) abort.abort();
    };
    await client.take(container, { mark, signal: abort.signal }, onBatch);
    return { lines, mark: last };
  };

  it('gives each line once, however often it is taken up again, also after a restart of the engine', async () => {
    const script =
      'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo line $i; [ $((i % 7)) = 0 ] && echo oops $i >&2; done; true';
    const container = await started(script);
    const seen: string[] = [];
    let mark: Mark | undefined;
    for (const count of [1, 10, 500]) {
      const part = await upTo(container, count, mark);
      seen.push(...part.lines.map(({ text }) => text));
      mark = part.mark;
    }
    await engine.restart();
    const rest = await upTo(container, Number.POSITIVE_INFINITY, mark);
    seen.push(...rest.lines.map(({ text }) => text));
    const wanted = (word: string, every: number) =>
      Array.from({ length: 3_000 }, (_, at) => at + 1)
        .filter((at) => at % every === 0)
        .map((at) => `${word} ${at}`);
    assert.deepEqual(
      seen.filter((text) => text.startsWith('line')),
      wanted('line', 1),
    );
    assert.deepEqual(
      seen.filter((text) => text.startsWith('oops')),
      wanted('oops', 7),
    );
    const nothing = await upTo(container, 1, rest.mark);
    assert.deepEqual(nothing, { lines: [], mark: rest.mark });
  });

  it('gives a line that is longer than the engine keeps in one as one, and a very long one in parts', async () => {
    const script =
      'echo start; i=0; x=0123456789abcdef; while [ $i -lt 12 ]; do x=$x$x; i=$((i+1)); done; echo "$x"; echo "$x$x$x$x$x"; printf end';
    const container = await started(script);
    const { lines } = await upTo(container, Number.POSITIVE_INFINITY);
    assert.equal(lines[0]?.text, 'start');
    assert.equal(lines[1]?.text.length, 65_536);
    assert.equal(lines[1]?.part, undefined);
    const long = lines.slice(2, -1);
    assert.deepEqual(
      long.map(({ part }) => part),
      [true, undefined],
    );
    assert.equal(long.map(({ text }) => text).join(''), '0123456789abcdef'.repeat(4_096 * 5));
    assert.equal(lines.at(-1)?.text, 'end');
    assert.equal(lines.at(-1)?.part, undefined);
  });

  it('with a terminal is read, too', async () => {
    const container = await started('echo one; echo two', '--tty');
    const { lines } = await upTo(container, Number.POSITIVE_INFINITY);
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['one', 'two'],
    );
  });
});
