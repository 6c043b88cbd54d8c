/** What managers are told by the log hub, over its gate. */
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { HubClient } from '../../../src/adapters/gate/client.ts';
import { logRoutes } from '../../../src/wire/hub/log-routes.ts';
import { openLogDesk } from '../../../src/wire/log-desk.ts';
import { openTestGate } from '../../gate.ts';
import { numbered, openStore, source } from '../../hubs/log/stores.ts';
import { until } from '../../until.ts';

test('a manager that has logs verified hears which file is damaged, once', async (t) => {
  const { store, folder } = await openStore(t, { fresh: 1_000_000 });
  for (let from = 1; from < 20_000; from += 4_000)
    await store.take(source('shop'), numbered(from, from + 3_999));
  const name = await until(async () => (await readdir(folder)).find((one) => one.endsWith('.seg')));
  const path = join(folder, name);
  const bytes = await readFile(path);
  // All members of gzip but the last one, which is the index.
  const places: number[] = [];
  for (let at = 0; at !== -1; at = bytes.indexOf('1f8b08', at + 1, 'hex')) places.push(at);
  for (const at of places.slice(0, -1)) bytes[at + 2] = 0;
  await writeFile(path, bytes);

  const gate = await openTestGate(logRoutes({ store, sinks: new Map(), troubles: new Map() }));
  t.after(() => gate.stop());
  const client = new HubClient({
    place: { address: gate.address, pins: [gate.identity.fingerprint] },
    identity: gate.manager,
  });
  t.after(() => client.close());
  const { streams, damaged } = await openLogDesk(async () => client).verify({ app: 'shop' });
  assert.deepEqual(damaged, [{ file: path }]);
  assert.notEqual(streams[0]?.from, 1);
});
