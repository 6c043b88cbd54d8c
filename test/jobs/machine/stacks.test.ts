/** The stacks of machines that came up: each once a boot, whoever is killed meanwhile. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { Alarm } from '../../../src/alarm.ts';
import { Config } from '../../../src/config/config.ts';
import { knownMachines } from '../../../src/jobs/machine/record.ts';
import { stackOf } from '../../../src/jobs/machine/stack.ts';
import { Stacks, type StacksParts } from '../../../src/jobs/machine/stacks.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { liveState } from '../live-state.ts';

const SETTINGS = {
  people: { kim: {} },
  boot: { as: 'kim' },
  hosts: { 'node-7': { link: 'local' }, 'node-8': { link: 'local' } },
  apps: { shop: { repository: '/nowhere', hosts: ['node-7', 'node-8'] } },
  profiles: { shop: { stack: 'shop' }, bare: {} },
  machines: { 'node-7': { profile: 'shop' }, 'node-8': { profile: 'bare' }, 'node-9': { profile: 'shop' } },
};
const [ONE, TWO] = ['1'.repeat(32), '2'.repeat(32)] as [string, string];

describe('the stack of a machine', () => {
  let state: LiveState;
  let config: ReturnType<typeof Config.parse>;
  let boots: Record<string, { token: string; outcome: 'open' | 'up' | 'failed' }>;
  let lines: string[];
  let told: string[];
  let refused: boolean;
  let live: Awaited<ReturnType<StacksParts['live']>>;
  let run: Awaited<ReturnType<StacksParts['run']>>;
  let denied: Awaited<ReturnType<StacksParts['denied']>>;
  /** What was raised and not cleared, and how often anything was raised. */
  let raised: Map<string, Alarm>;
  let times: number;
  const stacks = (from: LiveState = state) =>
    new Stacks({
      config: () => config,
      state: from,
      known: async () => knownMachines(config, {}),
      boots: async () => boots,
      async runLine(id, line, person) {
        lines.push(`${id} ${line} ${person}`);
        return { text: 'you may not', refused, run: `r-${id.slice(-4)}` };
      },
      live: async () => live,
      run: async () => run,
      denied: async () => denied,
      alerts: {
        async raise(alarm) {
          raised.set(alarm.key, alarm);
          times += 1;
        },
        clear: async (key) => void raised.delete(key),
      },
      tell: async (id, text) => told.push(`${id} ${text}`),
      lease: { hold: async () => {} },
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
    });
  const deployed = (token: string) => `stack:${token} /deploy shop --to node-7 kim`;

  beforeEach(() => {
    state = liveState();
    config = Config.parse(SETTINGS);
    boots = {};
    lines = [];
    told = [];
    refused = false;
    [live, run, denied, raised, times] = [undefined, undefined, undefined, new Map(), 0];
  });

  test('is deployed once it is up, once a boot', async () => {
    const one = stacks();
    boots = { 'node-7': { token: ONE, outcome: 'open' } };
    await one.look();
    assert.deepEqual(lines, []);
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await one.look();
    await one.look();
    assert.deepEqual(lines, [deployed(ONE)]);
    boots = { 'node-7': { token: TWO, outcome: 'failed' } };
    await stacks().look();
    boots = { 'node-7': { token: TWO, outcome: 'up' } };
    await stacks().look();
    assert.deepEqual(lines, [deployed(ONE), deployed(TWO)]);
    assert.deepEqual(told, []);
  });

  test('is the version that ran there last, not a newer one that nobody asked for', async () => {
    live = { since: 1, ref: async () => 'v1.4.2' };
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    assert.deepEqual(lines, [`stack:${ONE} /deploy shop v1.4.2 --to node-7 kim`]);
  });

  test('is well once its run is, whoever follows it by then', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    for (const status of ['waiting', 'running'] as const) {
      run = { status };
      await stacks().look();
      assert.equal((await stackOf(state, 'node-7'))?.outcome, undefined);
    }
    run = { status: 'succeeded' };
    await stacks().look();
    const { token, app, run: id, outcome } = (await stackOf(state, 'node-7')) ?? {};
    assert.deepEqual([token, app, id, outcome], [ONE, 'shop', 'r-1111', 'well']);
    assert.equal(times, 0);
  });

  test('that does not start is one alert with its cause, is not begun again, and is over once it runs by whatever', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    run = { status: 'failed', summary: 'shop did not get healthy on node-7' };
    for (let looks = 0; looks < 3; looks += 1) await stacks().look();
    assert.equal(lines.length, 1);
    assert.equal(times, 1);
    const alarm = raised.get('stack/node-7');
    assert.equal(alarm?.summary, 'node-7 is up, but shop did not start there');
    assert.deepEqual(alarm?.lines, ['shop did not get healthy on node-7']);
    assert.equal(alarm?.hint, '/why r-1111');
    live = { since: 1, ref: async () => 'main' };
    await stacks().look();
    assert.equal((await stackOf(state, 'node-7'))?.outcome, 'ill', 'what ran before the boot is no proof');
    live = { since: Date.now() + 1_000, ref: async () => 'main' };
    await stacks().look();
    assert.equal((await stackOf(state, 'node-7'))?.outcome, 'well');
    assert.equal(raised.size, 0);
  });

  test('is no alert any longer once the machine has none, or is gone', async () => {
    const fail = async (token: string) => {
      [boots, run] = [{ 'node-7': { token, outcome: 'up' } }, undefined];
      await stacks().look();
      run = { status: 'failed', summary: 'no' };
      await stacks().look();
      assert.equal(raised.size, 1);
    };
    await fail(ONE);
    config = Config.parse({ ...SETTINGS, profiles: { shop: {}, bare: {} } });
    boots = { 'node-7': { token: TWO, outcome: 'up' } };
    await stacks().look();
    assert.equal(raised.size, 0);
    config = Config.parse(SETTINGS);
    await fail('3'.repeat(32));
    config = Config.parse({ ...SETTINGS, machines: {} });
    await stacks().look();
    assert.equal(raised.size, 0);
    assert.deepEqual(await state.all('machines.stacks'), {});
  });

  test('is asked for by the same name again where nobody could note it', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    const broken = { ...state, set: () => Promise.reject(new Error('redis is away')) };
    await assert.rejects(stacks(broken).look(), /redis is away/);
    await stacks().look();
    assert.deepEqual(lines, [deployed(ONE), deployed(ONE)]);
  });

  test('is nothing for machines whose profile has none, also where it gets one later', async () => {
    boots = { 'node-8': { token: ONE, outcome: 'up' } };
    await stacks().look();
    config = Config.parse({ ...SETTINGS, profiles: { ...SETTINGS.profiles, bare: { stack: 'shop' } } });
    await stacks().look();
    assert.deepEqual([lines, told], [[], []]);
  });

  test('is for people to deploy where nobody is named for it', async () => {
    config = Config.parse({ ...SETTINGS, boot: {} });
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    await stacks().look();
    assert.deepEqual(lines, []);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /node-7 is up, and shop is to run there: \/deploy shop --to node-7/);
  });

  test('is told of where it is refused, or there is no host of that name', async () => {
    refused = true;
    boots = { 'node-7': { token: ONE, outcome: 'up' }, 'node-9': { token: TWO, outcome: 'up' } };
    await stacks().look();
    assert.deepEqual(lines, [deployed(ONE)]);
    assert.match(told.join('\n'), /\/deploy shop --to node-7 was refused: you may not/);
    assert.match(told.join('\n'), /there is no host node-9/);
  });

  test('waits for others to agree, and is refused where they do not: nobody waits for what never begins', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    for (let looks = 0; looks < 3; looks += 1) await stacks().look();
    assert.deepEqual([(await stackOf(state, 'node-7'))?.run, told], ['r-1111', []]);
    denied = { line: '/deploy shop --to node-7', reason: 'nobody decided in time' };
    for (let looks = 0; looks < 3; looks += 1) await stacks().look();
    const { run: waits, left } = (await stackOf(state, 'node-7')) ?? {};
    assert.deepEqual([waits, left], [undefined, 'refused']);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /\/deploy shop --to node-7 was refused: nobody decided in time/);
    assert.equal(raised.size, 0);
  });

  test('that did not start stays an alert where the next boot may not start it either, until it runs', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    run = { status: 'failed', summary: 'no' };
    await stacks().look();
    [refused, boots] = [true, { 'node-7': { token: TWO, outcome: 'up' } }];
    await stacks().look();
    assert.deepEqual([(await stackOf(state, 'node-7'))?.left, raised.size], ['refused', 1]);
    live = { since: Date.now() + 1_000, ref: async () => 'main' };
    await stacks().look();
    assert.equal(raised.size, 0);
  });

  test('runs once a person deployed it whom nothing named for it, by no run of ours', async () => {
    config = Config.parse({ ...SETTINGS, boot: {} });
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    live = { since: 1, ref: async () => 'main' };
    await stacks().look();
    await stacks().look();
    assert.equal((await stackOf(state, 'node-7'))?.outcome, undefined);
    live = { since: Date.now() + 1_000, ref: async () => 'main' };
    await stacks().look();
    const { outcome, left, run: by } = (await stackOf(state, 'node-7')) ?? {};
    assert.deepEqual([outcome, left, by], ['well', undefined, undefined]);
  });

  test('of one machine that cannot be looked at is in the way of no other', async () => {
    config = Config.parse({
      ...SETTINGS,
      machines: { ...SETTINGS.machines, 'node-8': { profile: 'shop' } },
    });
    boots = { 'node-7': { token: ONE, outcome: 'up' }, 'node-8': { token: TWO, outcome: 'up' } };
    const set: LiveState['set'] = async (family, id, value) => {
      if (id === 'node-7') throw new Error('no');
      await state.set(family, id, value);
    };
    await assert.rejects(stacks({ ...state, set }).look(), /no/);
    assert.equal((await stackOf(state, 'node-8'))?.run, 'r-2222');
  });

  test('leaves no note of machines that are gone', async () => {
    boots = { 'node-7': { token: ONE, outcome: 'up' } };
    await stacks().look();
    config = Config.parse({ ...SETTINGS, machines: { 'node-8': { profile: 'bare' } } });
    boots = { 'node-8': { token: TWO, outcome: 'up' } };
    await stacks().look();
    assert.deepEqual(Object.keys(await state.all('machines.stacks')), ['node-8']);
  });
});
