import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HealthHub } from '../../../src/hubs/health/health.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

test('secrets that containers print are in nothing that is told or kept', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-health-'));
  const scrubber = new Scrubber();
  scrubber.learn('hush-hush-9');
  const told: unknown[] = [];
  try {
    const hub = await HealthHub.open({
      folder,
      alarms: { raise: async (alarm) => void told.push(alarm), clear: async () => {} },
      maintained: () => undefined,
      buttons: () => [],
      context: async () => ({}),
      publish: async (...standing) => void told.push(standing),
      clean: (text) => scrubber.text(text),
      log: createLog({ level: 'silent', scrubber }),
    });
    const caller = { app: 'shop', service: 'web', host: 'web-1', generation: 'g' };
    const check = { name: 'db', status: 'unhealthy' as const, detail: 'password hush-hush-9 refused' };
    hub.report(caller, { status: 'unhealthy', ttl: 60_000, checks: [check] });
    const component = 'app/shop/web@web-1';
    hub.observe({ component, check: 'container', status: 'unhealthy', sure: true, lines: ['hush-hush-9'] });
    await hub.settled();
    await hub.close();
    const kept = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')),
    );
    const all = JSON.stringify([told, kept]);
    assert.match(all, /password \[redacted\] refused/);
    assert.doesNotMatch(all, /hush-hush/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
