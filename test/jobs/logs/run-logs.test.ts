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
      runs: { latest: async () => [{ ...run }], events: { read: async () => [...events] } },
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
