/** What the scrubber knows of the secrets that a configuration names. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Config } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { KnownSecrets } from '../../src/wire/secrets.ts';
import { folderFor } from '../hubs/log/stores.ts';

test('all secrets that a configuration and its data name are known before anybody looked one up, also new ones', async (t) => {
  const folder = await folderFor(t);
  await mkdir(join(folder, 'data'));
  await writeFile(
    join(folder, 'data/secret-app-shop.yml'),
    'db:\n  password: env:DB\n  key: file:keys/shop\n',
  );
  await writeFile(join(folder, 'data/site.yml'), 'motto: file:site.yml\n');
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys/shop'), 'glowing-turnip\n');
  const scrubber = new Scrubber();
  let reads = 0;
  const learn = scrubber.learn.bind(scrubber);
  scrubber.learn = (value) => {
    reads += 1;
    learn(value);
  };
  const sinks = (token: string) =>
    ({ folder, logSinks: { lake: { to: 'loki', token } } }) as unknown as Config;
  let config = sinks('env:NONE');
  const known = await KnownSecrets.open({
    config: () => config,
    environment: { DB: 'purple-hammock' },
    scrubber,
    log: createLog({ level: 'silent', scrubber }),
  });
  t.after(() => known.close());
  const line = 'with purple-hammock, glowing-turnip, wooden-comet and silver-walnut';
  assert.equal(scrubber.text(line), 'with [redacted], [redacted], wooden-comet and silver-walnut');
  await known.look();
  assert.equal(reads, 2);
  await writeFile(join(folder, 'keys/shop'), 'wooden-comet\n');
  config = sinks('silver-walnut');
  await known.look();
  assert.equal(scrubber.text(line), 'with [redacted], [redacted], [redacted] and [redacted]');
  assert.equal(reads, 4);
});
