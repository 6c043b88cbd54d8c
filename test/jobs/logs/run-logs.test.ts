/** What jobs print goes into the log hub: each line once, also where it is looked at many times, or anew. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RunEvent } from '../../../src/events.ts';
import { Inlet } from '../../../src/hubs/log/inlet.ts';
import { Positions } from '../../../src/hubs/log/positions.ts';
import { openLogStore } from '../../../src/hubs/log/store.ts';
import { RunLogs, type RunLogsParts } from '../../../src/jobs/logs/run-logs.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { until } from '../../until.ts';

type Run = Awaited<ReturnType<RunLogsParts['runs']['latest']>>[number];

test('what jobs print is kept once for each host, while it is printed and afterwards', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-run-logs-'));
  const store = await openLogStore(join(folder, 'logs'), { size: 1e9, age: 1e9, fresh: 1e6, waiting: 1e6 });
  const positions = await Positions.open(folder);
  t.after(async () => {
    await positions.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  const run = { id: 'r-aaaa', status: 'running', plan: {} } as Run;
  const events: RunEvent[] = [];
  const print = (second: number, host: string, ...lines: string[]) => {
    const at = `2026-01-01T00:00:0${second}.000Z`;
    events.push({ ...{ type: 'lines', run: run.id, at, stage: 0, step: 's' }, host, lines });
  };
  const open = () => {
    const logs = new RunLogs({
      runs: {
        latest: async (_, from = 0) => [{ ...run }].slice(from),
        events: { read: async () => [...events] },
      },
      inlet: new Inlet({ store, positions }),
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      every: 5,
    });
    logs.set(true);
    return logs;
  };
  const kept = async () => {
    const found: string[] = [];
    for await (const { host, message } of store.query({ run: run.id }, { limit: 100 }).lines)
      found.push(`${host} ${message}`);
    return found.sort();
  };
  print(1, 'web-1', 'one', 'two');
  let logs = open();
  await until(async () => (await kept()).length === 2);
  // Of the same moment, and of another host.
  print(1, 'web-1', 'three');
  print(2, 'web-2', 'one');
  await until(async () => (await kept()).length === 4);
  await logs.close();
  print(3, 'web-1', 'last');
  run.status = 'succeeded';
  logs = open();
  await until(async () => (await kept()).length >= 5);
  await logs.close();
  assert.deepEqual(await kept(), ['web-1 last', 'web-1 one', 'web-1 three', 'web-1 two', 'web-2 one']);
});

test('jobs that ran while nobody looked are all taken, however many there were', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-run-logs-'));
  const store = await openLogStore(join(folder, 'logs'), { size: 1e9, age: 1e9, fresh: 1e6, waiting: 1e6 });
  const positions = await Positions.open(folder);
  const runs = Array.from(
    { length: 1_000 },
    (_, at) => ({ id: `r-${at}`, status: 'succeeded', plan: {} }) as Run,
  );
  const looked: number[] = [];
  const logs = new RunLogs({
    runs: {
      latest: async (count, from = 0) => runs.slice(from, from + count),
      events: {
        read: async (run) => {
          looked.push(Number(run.slice(2)));
          const at = '2026-01-01T00:00:00.000Z';
          return [{ type: 'lines', run, at, stage: 0, step: 's', host: 'web-1', lines: [run] }];
        },
      },
    },
    inlet: new Inlet({ store, positions }),
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
    every: 5,
  });
  t.after(async () => {
    await logs.close();
    await positions.close();
    await store.close();
    await rm(folder, { recursive: true });
  });
  // It was taken before.
  const position = { at: '2026-01-01T00:00:00.000Z', count: 1 };
  const take = new Inlet({ store, positions }).open({ run: 'r-730', host: 'web-1', stream: 'output' });
  await take({ lines: [{ time: '1', text: 'r-730' }], position });
  logs.set(true);
  await until(() => looked.length >= 800);
  // Back to the part in which that one is, oldest first.
  assert.deepEqual([looked[0], looked.at(599)], [799, 200]);
  await until(async () => (await store.verify({})).streams.filter(({ kept }) => kept === 1).length === 800);
});
