/** Sinks of logs as the configuration has them: begun, tried again, told of, and ended. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Config } from '../../../src/config/config.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { LogSinks } from '../../../src/wire/hub/log-sinks.ts';
import { folderFor, lines, openStore, source } from '../../hubs/log/stores.ts';
import { until } from '../../until.ts';

test('a sink whose token is not there yet is told of, tried again, and gets all from then on', async (t) => {
  const { store } = await openStore(t);
  const folder = await folderFor(t);
  const told: string[] = [];
  const alerts = {
    raise: async ({ key }: { key: string }) => void told.push(`raised ${key}`),
    clear: async (key: string) => void told.push(`cleared ${key}`),
  };
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const sinks = new LogSinks({
    store,
    alerts,
    log,
    folder: join(folder, 'sinks'),
    environment: {},
    again: 20,
  });
  const archive = join(folder, 'all.jsonl');
  const logSinks = {
    lake: { to: 'loki', url: 'http://127.0.0.1:1', token: 'file:token', level: 'trace' },
    archive: { to: 'file', path: archive, size: 1e9, level: 'trace' },
  };
  sinks.set({ folder, logSinks } as unknown as Config);
  await until(() => told.includes('raised logs/sink/lake') && sinks.all.get('archive')?.pump !== undefined);
  assert.equal(sinks.all.get('lake')?.pump, undefined);
  assert.match(sinks.all.get('lake')?.trouble ?? '', /token/);
  await writeFile(join(folder, 'token'), 'secret', { mode: 0o600 });
  await until(() => sinks.all.get('lake')?.pump !== undefined);
  await store.take(source('shop'), lines(['hello']));
  await until(async () => (await readFile(archive, 'utf8').catch(() => '')).includes('hello'));
  // Nobody is at that address.
  await until(() => /ECONNREFUSED/.test(sinks.all.get('lake')?.trouble ?? ''));
  sinks.set({ folder, logSinks: { archive: logSinks.archive } } as unknown as Config);
  await until(() => !sinks.all.has('lake'));
  await sinks.close();
  assert.equal(told.filter((one) => one.endsWith('/lake')).at(-1), 'cleared logs/sink/lake');
  assert.ok(!told.includes('raised logs/sink/archive'));
});
