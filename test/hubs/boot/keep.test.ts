/** dnsmasq is kept as it is wanted, whatever went wrong the last time. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Fixed } from '../../../src/adapters/dnsmasq/config.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { keepNet } from '../../../src/hubs/boot/dhcp/keep.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

test('a look that failed does not end all looking, and where no DHCP is wanted it is ready at once', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-keep-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const shell = localShell({ host: 'local' });
  t.after(() => shell.close());
  let fixed: Fixed[] = [];
  let looks = 0;
  const net = await keepNet({
    shell,
    net: () => undefined,
    fixed() {
      looks += 1;
      return fixed;
    },
    loaders: { names: {}, lacks: () => undefined, get: async () => undefined, place: async () => {} },
    folder: join(folder, 'net'),
    leases: join(folder, 'leases'),
    seen() {},
    trouble() {},
    log: createLog({ level: 'silent', scrubber: new Scrubber() }),
  });
  await net.ready();
  fixed = [{ name: 'two\nlines', macs: ['52:54:00:12:34:56'], address: '10.77.0.7' }];
  await assert.rejects(net.look(), TypeError);
  fixed = [{ name: 'node-7', macs: ['52:54:00:12:34:56'], address: '10.77.0.7' }];
  await net.look();
  assert.equal(looks, 3);
  await net.close();
});
