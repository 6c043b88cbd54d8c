import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Alarm, Alarms } from '../../../src/alarm.ts';
import { Alerting, type Context } from '../../../src/hubs/health/alerting.ts';
import { Monitor, type Observation } from '../../../src/hubs/health/monitor.ts';
import { serviceId } from '../../../src/hubs/health/names.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { until } from '../../until.ts';

/** Alarms as they stand, and how often anything was said. */
class Board implements Alarms {
  readonly open = new Map<string, Alarm>();
  said = 0;
  /** Awaited before anything is kept. */
  gate: Promise<void> = Promise.resolve();
  failing = 0;

  async raise(alarm: Alarm): Promise<void> {
    await this.gate;
    if (this.failing-- > 0) throw new Error('away');
    this.said += 1;
    this.open.set(alarm.key, alarm);
  }

  async clear(key: string): Promise<void> {
    await this.gate;
    this.said += 1;
    this.open.delete(key);
  }
}

describe('alarms of what is watched', () => {
  let monitor: Monitor;
  let board: Board;
  let alerting: Alerting;
  let context: Context | Promise<Context>;
  let maintained: Set<string>;
  let now: number;
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  beforeEach(() => {
    now = 0;
    monitor = new Monitor({ now: () => now });
    board = new Board();
    context = {};
    maintained = new Set();
    alerting = new Alerting({
      monitor,
      alarms: board,
      maintained: (subject) => (maintained.has(subject) ? 'planned' : undefined),
      beside: () => ({}),
      context: async () => context,
      log,
      now: () => now,
    });
    monitor.onChange = (id) => alerting.changed(id);
  });
  const see = (component: string, status: Observation['status'], check = 'container', detail?: string) =>
    monitor.observe({ component, check, status, detail, sure: true });
  const told = async () => {
    await turn();
    await alerting.settled();
    return [...board.open.values()].map(({ severity, summary }) => `${severity}: ${summary}`).sort();
  };
  const web = (host: string, app = 'shop') => serviceId(app, 'web', host);

  test('of an engine that is not there say so once, and what starts it', async () => {
    see('host/web-1', 'unhealthy', 'engine', 'the Docker engine of web-1 does not answer');
    await until(() => board.open.size === 1, 'the alarm');
    const { summary, hint } = board.open.get('health/host/web-1') as Alarm;
    assert.deepEqual([summary, hint], ['the Docker engine of web-1 does not answer', '/prepare web-1']);
  });

  test('say what is wrong, with the last lines, what changed, and what can be done about it', async () => {
    const buttons = [{ label: 'Restart', line: '/restart shop' }];
    context = { lines: ['one', 'two'], changes: ['4 min before: deploy'], chart: [100, 0], buttons };
    see('host/web-1', 'healthy', 'reach');
    see(web('web-1'), 'healthy');
    see(web('web-1'), 'unhealthy', 'container', 'connection refused');
    assert.deepEqual(await told(), ['critical: web of shop is unhealthy on web-1: connection refused']);
    const [alarm] = board.open.values();
    assert.deepEqual(alarm?.lines, ['4 min before: deploy', '> one', '> two']);
    assert.deepEqual([alarm?.chart, alarm?.buttons, alarm?.subject], [[100, 0], buttons, 'app/shop']);
    see(web('web-1'), 'healthy');
    assert.deepEqual(await told(), []);
  });

  test('of a host that is down are one, whatever runs on it', async () => {
    see('host/web-1', 'healthy', 'reach');
    for (let app = 0; app < 20; app += 1)
      see(web('web-1', `app-${app}`), app % 2 === 0 ? 'healthy' : 'unhealthy');
    assert.equal((await told()).length, 10);
    see('host/web-1', 'unhealthy', 'reach');
    assert.deepEqual(await told(), ['critical: web-1 does not answer']);
    assert.match(
      board.open.get('health/host/web-1')?.lines?.join() ?? '',
      /On it: app-0, app-1, .* and 15 more/,
    );
    see('host/web-1', 'healthy', 'reach');
    assert.equal((await told()).length, 10);
  });

  test('are only warnings while another one of the service is well', async () => {
    see(web('web-1'), 'healthy');
    see(web('web-2'), 'healthy');
    see(web('web-1'), 'unhealthy');
    assert.deepEqual(await told(), ['warning: web of shop is unhealthy on web-1']);
    see(web('web-2'), 'unhealthy');
    assert.deepEqual(
      (await told()).map((text) => text.slice(0, 8)),
      ['critical', 'critical'],
    );
  });

  test('wait for the end of maintenance, and are over when it begins', async () => {
    see(web('web-1'), 'unhealthy');
    assert.equal((await told()).length, 1);
    maintained.add('app/shop');
    alerting.tick();
    assert.deepEqual(await told(), []);
    maintained.clear();
    alerting.tick();
    assert.equal((await told()).length, 1);
    maintained.add('host/web-1');
    alerting.tick();
    assert.deepEqual(await told(), []);
  });

  test('are told without what belongs to them where that takes its time, and with it later', async () => {
    let give = (_: Context) => {};
    context = new Promise((resolve) => {
      give = resolve;
    });
    see(web('web-1'), 'unhealthy');
    await until(() => board.open.size === 1);
    assert.deepEqual(board.open.get('health/app/shop/web@web-1')?.lines, []);
    give({ lines: ['late'] });
    await until(() => board.open.get('health/app/shop/web@web-1')?.lines?.includes('> late'));
  });

  test('hold up nobody while they cannot be told, and then tell what is true by then', async () => {
    let open = () => {};
    board.gate = new Promise((resolve) => {
      open = resolve;
    });
    for (let round = 0; round < 100; round += 1)
      for (const host of ['web-1', 'web-2', 'web-3'])
        see(web(host), round % 2 === 0 ? 'unhealthy' : 'healthy');
    see(web('web-1'), 'unhealthy');
    open();
    await told();
    assert.ok(board.said <= 9, `${board.said} were told of 301`);
    // It came and went, so all three are held at their worst.
    assert.equal(board.open.size, 3);
  });

  test('are tried again where they could not be told', async () => {
    board.failing = 1;
    see(web('web-1'), 'unhealthy');
    assert.equal((await told()).length, 1);
  });

  test('that an earlier hub raised are taken over, and cleared where all is well or nobody knows it any more', async () => {
    for (const id of ['host/web-1', 'app/shop/web@web-1', 'app/gone/web@web-1'])
      board.open.set(`health/${id}`, { key: `health/${id}` } as Alarm);
    alerting.adopt([...board.open.keys(), 'worker/web-1']);
    see('host/web-1', 'healthy', 'reach');
    see(web('web-1'), 'unhealthy');
    alerting.tick();
    await told();
    assert.deepEqual([...board.open.keys()].sort(), [
      'health/app/gone/web@web-1',
      'health/app/shop/web@web-1',
    ]);
    now = 120_000;
    alerting.tick();
    await told();
    assert.deepEqual([...board.open.keys()], ['health/app/shop/web@web-1']);
  });

  test('of a storm of a thousand are each raised, with one look at a time', async () => {
    for (let one = 0; one < 1_000; one += 1) see(serviceId('shop', `s${one}`, 'web-1'), 'unhealthy');
    assert.equal((await told()).length, 1_000);
    assert.equal(new Set([...board.open.values()].map(({ cause }) => cause)).size, 1);
  });

  test('of a thousand that fall over one by one are looked at one by one, and none holds up the others', async () => {
    const looks: string[] = [];
    const get = monitor.get.bind(monitor);
    monitor.get = (id) => {
      looks.push(id);
      return get(id);
    };
    const names = Array.from({ length: 1_000 }, (_, index) =>
      serviceId('shop', 'web', `web-${index % 50}`, `${index}`),
    );
    for (const name of names) {
      see(name, 'unhealthy');
      await turn();
    }
    await alerting.settled();
    assert.equal(board.open.size, 1_000);
    assert.ok([...board.open.values()].every(({ severity }) => severity === 'critical'));
    // A few each, not as many as there are.
    assert.ok(looks.length < 10_000, `${looks.length} looks`);
    see(names[0] as string, 'healthy');
    await turn();
    await turn();
    await alerting.settled();
    assert.equal(board.open.size, 999);
    assert.ok([...board.open.values()].every(({ severity }) => severity === 'warning'));
  });
});
