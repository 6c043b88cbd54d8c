import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LogStore } from '../../../src/hubs/log/log.ts';
import { at, found, lines, numbered, openStore, source, texts } from './stores.ts';

/** Waits until no message is held back any more. */
async function settled(store: LogStore, count: number): Promise<void> {
  const deadline = AbortSignal.timeout(20_000);
  while ((await found(store, {})).length < count) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a query', () => {
  test('finds by who wrote, by time, by level and by text, all of it at once', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop', 'a'), lines(['INFO one', 'DEBUG two', 'INFO Order 3 ok']));
    await store.take(
      source('shop', 'b', { service: 'db', host: 'web-2' }),
      lines(['LOG four', 'DEBUG order']),
    );
    await store.take({ host: 'web-1', stream: 'journal' }, lines(['INFO five']));
    await store.take({ run: 'r-7', stream: 'r-7' }, lines(['INFO six']));
    const of = async (wanted: Parameters<typeof found>[1]) => texts(await found(store, wanted));
    assert.deepEqual(await of({ app: 'shop', service: 'db' }), ['LOG four', 'DEBUG order']);
    assert.deepEqual((await of({ host: 'web-1' })).length, 4);
    assert.deepEqual(await of({ run: 'r-7' }), ['INFO six']);
    assert.deepEqual(await of({ stream: 'journal' }), ['INFO five']);
    assert.deepEqual(await of({ generation: 'r-9' }), []);
    assert.deepEqual(await of({ app: 'shop', level: 'info' }), ['INFO one', 'LOG four', 'INFO Order 3 ok']);
    assert.deepEqual(await of({ text: 'ORDER' }), ['DEBUG order', 'INFO Order 3 ok']);
    assert.deepEqual(await of({ pattern: '^info\\s\\w+ \\d' }), ['INFO Order 3 ok']);
    assert.deepEqual(await of({ since: at(2), until: at(3) }), ['DEBUG two', 'DEBUG order']);
    assert.deepEqual(await of({ text: 'order', level: 'info', app: 'shop', since: at(3) }), [
      'INFO Order 3 ok',
    ]);
  });

  test('gives what is in segments, packed, and fresh as one, in order of time', async (t) => {
    const { store, reopen } = await openStore(t, { fresh: 40_000 });
    const names = ['shop', 'mail', 'auth'];
    for (let from = 1; from <= 3_000; from += 100)
      for (const name of names) await store.take(source(name), numbered(from, from + 99));
    // The clock of one sender is behind.
    const late = numbered(1, 50).map((line) => ({ ...line, text: `late ${line.seq}` }));
    await store.take(source('late'), late);
    for (const one of [store, await reopen()]) {
      const all = await found(one, {});
      assert.equal(all.length, 9_050);
      assert.ok(all.every(({ time }, index) => index === 0 || time >= (all[index - 1]?.time ?? 0n)));
      for (const name of names)
        assert.deepEqual(
          all.filter(({ app }) => app === name).map(({ seq }) => seq),
          Array.from({ length: 3_000 }, (_, index) => index + 1),
        );
      const last = await found(one, {}, { limit: 100, end: 'last' });
      assert.deepEqual(last, all.slice(-100));
      const first = await found(one, { text: 'LINE 2' }, { limit: 7 });
      assert.deepEqual(first, all.filter(({ message }) => message.includes('line 2')).slice(0, 7));
      const some = await found(one, { app: 'mail', pattern: 'line \\d+5 ' }, { limit: 9, end: 'last' });
      assert.deepEqual(
        texts(some)
          .map((text) => text.slice(0, 9))
          .at(-1),
        'line 2995',
      );
      assert.equal(some.length, 9);
    }
  });

  test('finds what is not ASCII, with signs that mean something elsewhere, and over line ends', async (t) => {
    const { store, reopen } = await openStore(t, { fresh: 2_000 });
    const odd = ['Äiti söi €5', 'a.b*c', '[x](y)', 'plain', 'İstanbul ümit', 'WARN head', '\tat x.y(Z.java)'];
    await store.take(source('shop'), lines(odd));
    await settled(store, 6);
    await store.take(source('fill'), numbered(1, 100));
    for (const one of [store, await reopen()]) {
      const of = async (text: string) => texts(await found(one, { app: 'shop', text }));
      assert.deepEqual(await of('äITI SÖI €'), ['Äiti söi €5']);
      assert.deepEqual(await of('a.b*c'), ['a.b*c']);
      assert.deepEqual(await of('](Y'), ['[x](y)']);
      assert.deepEqual(await of('ÜMIT'), ['İstanbul ümit']);
      // Where one message ends and another begins is no message.
      assert.deepEqual(await of('c\n[x'), []);
      assert.deepEqual(await of('head\n\tAT'), ['WARN head\n\tat x.y(Z.java)']);
    }
  });

  test('gives fewer of the last ones where they are so long that all of them would fill the memory', async (t) => {
    const { store } = await openStore(t, { fresh: 16_000_000, waiting: 64_000_000 });
    const long = 'x'.repeat(1_000_000);
    for (let seq = 1; seq <= 36; seq += 6) await store.take(source('shop'), lines(Array(6).fill(long), seq));
    const seqs = (await found(store, {}, { limit: 1_000, end: 'last' })).map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      Array.from({ length: 33 }, (_, index) => 4 + index),
    );
    assert.equal((await found(store, {}, { limit: 1_000 })).length, 36);
  });

  test('refuses what is no expression, and ends one that would never end', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop'), lines([`${'a'.repeat(60)}!`, 'aaa']));
    assert.throws(() => store.query({ pattern: '(' }), {
      code: 'logs.pattern',
      message: /no regular expression/,
    });
    let [turns, searching] = [0, true];
    const turn = () => {
      turns += 1;
      if (searching) setImmediate(turn);
    };
    turn();
    await assert.rejects(found(store, { pattern: '(a+)+$' }), { code: 'logs.pattern', message: /too long/ });
    searching = false;
    // All else went on meanwhile.
    assert.ok(turns > 50, `${turns}`);
    assert.deepEqual(texts(await found(store, { pattern: '^a{3}$' })), ['aaa']);
  });

  test('ends with its signal', async (t) => {
    const { store } = await openStore(t, { fresh: 20_000 });
    await store.take(source('shop'), numbered(1, 2_000));
    const abort = new AbortController();
    const read = async () => {
      for await (const _ of store.query({}, { signal: abort.signal }).lines) abort.abort();
    };
    await assert.rejects(read(), { name: 'AbortError' });
  });

  test('reads what was there when it was asked, whatever comes and goes meanwhile', async (t) => {
    const { store } = await openStore(t, { fresh: 20_000, size: 30_000 });
    await store.take(source('shop'), numbered(1, 1_000));
    const seen: number[] = [];
    for await (const { seq } of store.query({ app: 'shop' }).lines) {
      seen.push(seq);
      if (seen.length === 10) await store.take(source('shop'), numbered(1_001, 3_000));
    }
    assert.ok(seen.every((seq, index) => index === 0 || seq > (seen[index - 1] as number)));
    assert.ok((seen.at(-1) as number) <= 1_000);
  });
});
