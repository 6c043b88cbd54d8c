import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Settling } from '../../../src/hubs/log/settling.ts';
import { Stream } from '../../../src/hubs/log/stream.ts';
import { until } from '../../until.ts';
import { found, lines, openStore, source } from './stores.ts';

describe('a line that is held back, as a trace may follow it', () => {
  test('is no gap while it is', async (t) => {
    const { store } = await openStore(t);
    await store.take(source('shop'), lines(['hello', 'ERROR it broke', '  at main.js:1']));
    const { streams } = await store.verify({});
    assert.deepEqual([streams[0]?.to, streams[0]?.kept, streams[0]?.gaps], [3, 3, []]);
    await until(async () => (await found(store, {})).length === 2);
    const [proof] = (await store.verify({})).streams;
    assert.deepEqual([proof?.to, proof?.kept, proof?.gaps, proof?.doubled], [3, 3, [], 0]);
  });

  test('is given out in time, however much the other output gets meanwhile', async () => {
    const given: string[] = [];
    const settling = new Settling(async (_, output) => void given.push(output));
    const stream = new Stream(source('shop'), () => {});
    stream.folds.stdout.add({ seq: 1, time: 1n, text: 'ERROR it broke' });
    settling.look(stream, 'stdout');
    settling.start();
    try {
      for (let seq = 2; seq < 100 && given.length === 0; seq += 1) {
        stream.folds.stderr.add({ seq, time: 1n, text: 'noise', from: 'stderr' });
        settling.look(stream, 'stderr');
        await sleep(10);
      }
      assert.deepEqual(given, ['stdout']);
    } finally {
      settling.close();
    }
  });
});
