import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Observation } from '../../../src/hubs/health/monitor.ts';
import { changesOn } from '../../../src/jobs/health/changes.ts';
import { QuietTimes } from '../../../src/jobs/health/quiet.ts';
import { HealthRecord } from '../../../src/jobs/health/record.ts';
import { type Sign, SignsOfLife } from '../../../src/jobs/health/signs.ts';
import type { Run } from '../../../src/jobs/run-record.ts';
import { stateInMemory } from '../deploy/walk.ts';

const START = Date.parse('2026-11-24T02:59:00Z');
const run = (id: string, more: Partial<Run> & { locks?: string[]; ago?: number } = {}): Run => {
  const { locks = ['app/shop'], ago = 60_000, ...rest } = more;
  const plan = { title: `deploy ${id}`, done: '', locks, stages: [], next: '' };
  const at = new Date(START - ago).toISOString();
  const by = { person: 'kim', platform: 'console', chat: '' };
  return {
    id,
    status: 'running',
    command: 'deploy',
    scope: ['app/shop'],
    text: '',
    by,
    plan,
    planHash: '',
    accepted: at,
    started: at,
    origin: id,
    ...rest,
  };
};

describe('when nothing is told', () => {
  const record = new HealthRecord(stateInMemory());
  let [now, wall] = [0, START];
  let open: Run[] = [];
  const maintenance = {
    patches: { on: ['host/web-*'], at: '0 3 * * 2', zone: 'UTC', lasts: 3_600_000, why: 'updates' },
  };
  const quiet = new QuietTimes({
    record,
    runs: { open: async () => open },
    config: () => ({ maintenance }),
    now: () => now,
    wall: () => wall,
  });
  const pass = async (ms: number) => {
    now += ms;
    wall += ms;
    await quiet.refresh();
  };

  test('is while a job holds it, a little longer, and not while one only waits', async () => {
    open = [run('r-1'), run('r-2', { status: 'waiting', locks: ['app/other'] })];
    await pass(1_000);
    assert.equal(quiet.of('app/shop'), 'r-1 is at work');
    assert.equal(quiet.of('app/other'), undefined);
    open = [];
    await pass(1_000);
    assert.equal(quiet.of('app/shop'), 'r-1 is at work');
    await pass(5_000);
    assert.equal(quiet.of('app/shop'), undefined);
  });

  test('is found out once for all that is watched, however many these are', async () => {
    let asked = 0;
    const counted = Object.defineProperty({ ...maintenance.patches }, 'at', {
      enumerable: true,
      get: () => {
        asked += 1;
        return '0 3 * * 2';
      },
    });
    const many = new QuietTimes({
      ...{ record, runs: { open: async () => [] }, now: () => now, wall: () => wall },
      config: () => ({ maintenance: config }),
    });
    const config = { patches: counted };
    for (let one = 0; one < 1_000; one += 1) many.of(`host/web-${one}`);
    assert.equal(asked, 1);
  });

  test('is as planned, from its beginning to its end by the clock of its zone', async () => {
    assert.equal(quiet.of('host/web-1'), undefined);
    await pass(60_000);
    assert.match(
      quiet.of('host/web-1') ?? '',
      /^host\/web-1 is in maintenance until 2026-11-24 04:00 UTC: updates$/,
    );
    assert.equal(quiet.of('host/db-1'), undefined);
    await pass(3_600_000);
    assert.equal(quiet.of('host/web-1'), undefined);
  });

  test('is as people say, for all where they say so, and is forgotten when it is over', async () => {
    await record.quieten('cloud', { until: wall + 60_000, why: 'we move', by: 'kim' });
    await pass(1_000);
    assert.match(quiet.of('app/any') ?? '', /: we move$/);
    assert.equal(await record.wake('cloud'), true);
    assert.equal(await record.wake('cloud'), false);
    await pass(1_000);
    assert.equal(quiet.of('app/any'), undefined);
    await record.quieten('app/shop', { until: wall + 500, why: '', by: 'kim' });
    await pass(1_000);
    assert.equal(quiet.of('app/shop'), undefined);
    assert.deepEqual(await record.quiet(wall), {});
  });
});

test('what changed is what was done to it, or to a host under it, within an hour before, the newest first', async () => {
  const runs = {
    latest: async () => [
      run('r-after', { ago: -1_000 }),
      run('r-late', { ago: 60_000 }),
      run('r-host', {
        ago: 120_000,
        locks: ['host/web-1'],
        scope: ['host/web-1'],
        command: 'firewall apply',
      }),
      run('r-read', { ago: 130_000, command: 'logs' }),
      run('r-other', { ago: 140_000, locks: ['app/other'], scope: ['app/other'] }),
      run('r-old', { ago: 2 * 3_600_000 }),
    ],
  };
  const audit = {
    latest: async () => [
      {
        seq: 1,
        at: new Date(START - 90_000).toISOString(),
        kind: 'reload' as const,
        person: '',
        platform: '',
      },
    ],
  };
  const changes = await changesOn('app/shop', START, {
    runs,
    audit,
    hostsOf: () => ['web-1'],
    newBases: async () => [],
  });
  assert.deepEqual(
    changes.map(({ text }) => text),
    [
      '1 min before: deploy r-late, by kim (r-late)',
      '1 min 30 s before: the configuration changed',
      '2 min before: deploy r-host, by kim (r-host)',
    ],
  );
});

test('what a base image brought counts from the first deploy on that stands on it, however old it is, and only where it was another one', async () => {
  const built = (id: string, ago: number, host = 'web-1') => {
    const steps = [{ host }] as Run['plan']['stages'][number]['steps'];
    const plan = { title: id, done: '', locks: ['image/base'], stages: [{ name: 'build', steps }], next: '' };
    const ended = new Date(START - ago + 60_000).toISOString();
    return run(id, { ...{ ago, plan, ended }, command: 'build base', scope: ['image/base'] });
  };
  const [HOUR, DAY] = [3_600_000, 86_400_000];
  const before = [
    built('r-elsewhere', DAY, 'web-2'),
    built('r-new', DAY),
    built('r-same', DAY - HOUR),
    run('r-app-before', { ago: DAY + HOUR, status: 'succeeded' }),
    built('r-older', DAY + 2 * HOUR),
  ];
  const bases = [DAY, DAY + 2 * HOUR].map((ago) => START - ago + 30_000);
  const changes = async (latest: Run[]) => {
    const parts = { audit: { latest: async () => [] }, newBases: async () => bases };
    const runs = { latest: async () => latest };
    const all = await changesOn('app/shop', START, { ...parts, runs, hostsOf: () => ['web-1'] });
    return all.map(({ run: id }) => id);
  };
  const deployed = run('r-app', { ago: 60_000 });
  assert.deepEqual(await changes([deployed, ...before]), ['r-app', 'r-new']);
  // Others had it before, and were well.
  const between = run('r-app-between', { ago: 2 * HOUR, status: 'succeeded' });
  assert.deepEqual(await changes([deployed, between, ...before]), ['r-app']);
  // Nobody stands on it before a deploy.
  assert.deepEqual(await changes(before), []);
});

test('who gives no sign of life is unhealthy after a while, and forgotten once it took leave', async () => {
  let signs: Sign[] = [];
  let now = 0;
  const [seen, gone]: [Observation[], string[]] = [[], []];
  const life = new SignsOfLife({
    seen: { all: async () => signs },
    observe: (one) => void seen.push(one),
    forget: (id) => void gone.push(id),
    now: () => now,
  });
  const sign = (name: string, last: number): Sign => ({ name, last, facts: { hosts: ['web-1'] } });
  signs = [sign('worker/abc', 1), sign('mute/telegram', 2)];
  await life.look();
  now = 14_000;
  await life.look();
  now = 16_000;
  await life.look();
  assert.deepEqual(
    seen.map(({ component, status }) => `${component} ${status}`),
    ['worker/web-1 healthy', 'worker/web-1 healthy', 'worker/web-1 unhealthy'],
  );
  signs = [sign('worker/abc', 3)];
  await life.look();
  assert.equal(seen.at(-1)?.status, 'healthy');
  signs = [];
  await life.look();
  assert.deepEqual(gone, ['worker/web-1']);
});
