import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { HealthHub, type HealthParts } from '../../../src/hubs/health/health.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { until } from '../../until.ts';

const log = createLog({ level: 'silent', scrubber: new Scrubber() });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-health-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const open = (more: Partial<HealthParts> = {}) =>
  HealthHub.open({
    ...{ folder, log, maintained: () => undefined, buttons: () => [], context: async () => ({}) },
    ...{ alarms: { raise: async () => {}, clear: async () => {} }, publish: async () => {} },
    ...more,
  });

test('a thousand things are told and noted a few at a time, and each of them', async () => {
  const told = new Set<string>();
  let [now, most] = [0, 0];
  const hub = await open({
    publish: async (subject) => {
      now += 1;
      most = Math.max(most, now);
      told.add(subject);
    },
  });
  const names = Array.from({ length: 1_000 }, (_, index) => `check/c${index}`);
  const all = (): void => {
    for (const component of names) hub.observe({ component, check: 'c', status: 'healthy' });
  };
  all();
  // What is told from one turn to the next holds up everything else.
  let turn = setImmediate(function next() {
    now = 0;
    turn = setImmediate(next);
  });
  for (let tick = 0; tick < 5; tick += 1) hub.tick();
  await until(() => told.size === 1_001);
  clearImmediate(turn);
  assert.ok(most <= 100, `${most} at once`);
  assert.deepEqual(
    names.map((name) => hub.standing(name).chart.at(-1)),
    names.map(() => 100),
  );
  await hub.close();
});

test('since when it is so, what came first, and what was told outlive kill -9', async () => {
  let [now, wall] = [0, 1_800_000_000_000];
  const pass = (ms: number) => {
    now += ms;
    wall += ms;
  };
  const alarms: string[] = [];
  const parts: Partial<HealthParts> = {
    now: () => now,
    wall: () => wall,
    alarms: {
      raise: async ({ key, lines }) => void alarms.push(`+${key} ${lines?.join()}`),
      clear: async (key) => void alarms.push(`-${key}`),
    },
  };
  const [web, db] = ['app/shop/web@web-1', 'app/shop/db@web-1'];
  const see = (hub: HealthHub, component: string, status: 'healthy' | 'unhealthy', more = {}) =>
    hub.observe({ component, check: 'container', status, ttl: 60_000, ...more });
  const how = (hub: HealthHub) => {
    const { state, percent, since, reasons, changes } = hub.standing('app/shop');
    return { state, percent, since, reasons, changes };
  };
  const before = await open(parts);
  for (const id of [web, db]) see(before, id, 'healthy');
  await before.settled();
  pass(600_000);
  see(before, db, 'unhealthy', { sure: true, detail: 'it ended with 1', lines: ['no space left'] });
  await before.settled();
  pass(45_000);
  see(before, web, 'unhealthy', { sure: true, detail: 'no database' });
  see(before, 'host/web-1', 'healthy', { check: 'reach' });
  await before.settled();
  const was = how(before);
  assert.deepEqual(
    was.reasons.map(({ component, since }) => [component, since - wall]),
    [
      [db, -45_000],
      [web, 0],
    ],
  );
  // Nothing is closed: it was killed.
  const raised = alarms.splice(0);
  assert.deepEqual(raised, [`+health/${db} > no space left`, `+health/${web} `]);
  pass(20_000);
  const after = await open(parts);
  after.start(raised.map((line) => line.split(' ')[0]!.slice(1)));
  after.tick();
  await after.settled();
  assert.deepEqual(how(after), was);
  // It is heard of again: nothing of it is new.
  for (const id of [web, db])
    see(after, id, 'unhealthy', { detail: id === db ? 'it ended with 1' : 'no database' });
  await after.settled();
  assert.deepEqual(how(after), was);
  assert.deepEqual(alarms, []);
  // What is not watched any more is told of no more, also where only the hub before told of it.
  const gone: string[] = [];
  const publish = async (subject: string, standing: unknown) => void (standing ?? gone.push(subject));
  const other = await open({ ...parts, publish });
  other.start([]);
  other.monitor.forget('host/web-1');
  await other.settled();
  assert.deepEqual(gone, ['host/web-1']);
  // What is heard of no more is unknown, and what was told of it is over.
  pass(20_000);
  const last = await open(parts);
  last.start(raised.map((line) => line.split(' ')[0]!.slice(1)));
  see(last, web, 'healthy', { sure: true });
  pass(130_000);
  last.tick();
  await last.settled();
  assert.equal(last.monitor.get(db), undefined);
  assert.deepEqual(alarms.sort(), [`-health/${db}`, `-health/${web}`]);
  for (const hub of [before, after, other, last]) await hub.close();
});

test('secrets that containers print are in nothing that is told or kept', async () => {
  const scrubber = new Scrubber();
  scrubber.learn('hush-hush-9');
  const told: unknown[] = [];
  const hub = await open({
    alarms: { raise: async (alarm) => void told.push(alarm), clear: async () => {} },
    publish: async (...standing) => void told.push(standing),
    clean: (text) => scrubber.text(text),
  });
  const caller = { app: 'shop', service: 'web', host: 'web-1', generation: 'g' };
  const check = { name: 'db', status: 'unhealthy' as const, detail: 'password hush-hush-9 refused' };
  hub.report(caller, { status: 'unhealthy', ttl: 60_000, checks: [check] });
  const component = 'app/shop/web@web-1';
  hub.observe({ component, check: 'container', status: 'unhealthy', sure: true, lines: ['hush-hush-9'] });
  await hub.settled();
  await hub.close();
  const kept = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  const all = JSON.stringify([told, kept]);
  assert.match(all, /password \[redacted\] refused/);
  assert.doesNotMatch(all, /hush-hush/);
});
