import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { Monitor, type Observation } from '../../../src/hubs/health/monitor.ts';
import { detailOf, nameOf, serviceId } from '../../../src/hubs/health/names.ts';
import { observationsOf } from '../../../src/hubs/health/report.ts';
import { rollUp } from '../../../src/hubs/health/rollup.ts';
import { inWords } from '../../../src/hubs/health/words.ts';

describe('what is watched', () => {
  let monitor: Monitor;
  let told: string[];
  let now: number;
  beforeEach(() => {
    now = 0;
    monitor = new Monitor({ now: () => now, wall: () => 1_000_000 + now });
    told = [];
    monitor.onChange = (id, from, to) => told.push(`${id} ${from}>${to}`);
  });
  const see = (component: string, status: Observation['status'], check = 'container', detail?: string) =>
    monitor.observe({ component, check, status, detail, sure: true });
  const web = (host: string) => serviceId('shop', 'web', host);
  const nothing = () => undefined;
  const rolled = (target: string) => {
    const { state, percent, reasons } = rollUp(monitor, target, nothing);
    return [state, percent, reasons.map((reason) => inWords(reason))];
  };

  test('counts half where it is degraded, and nothing where it is unhealthy', () => {
    see(web('web-1'), 'healthy');
    see(web('web-2'), 'unhealthy', 'container', 'it ended with 1');
    see(serviceId('shop', 'db', 'web-1'), 'degraded');
    see('host/web-1', 'healthy', 'reach');
    see('host/web-2', 'healthy', 'reach');
    assert.deepEqual(rolled('app/shop'), [
      'degraded',
      50,
      ['web of shop is unhealthy on web-2: it ended with 1', 'db of shop is degraded on web-1'],
    ]);
    assert.deepEqual(rolled('host/web-1'), ['degraded', 83, ['db of shop is degraded on web-1']]);
    assert.equal(rolled('cloud')[1], Math.floor((50 + 83 + 50) / 3));
  });

  test('counts in its environment as in the cloud, and of what runs elsewhere, too, only what runs there', () => {
    const environments = new Map([
      ['environment/live', new Set(['host/web-1', 'host/web-2'])],
      ['environment/test', new Set(['host/lab'])],
      ['environment/none', new Set(['host/gone'])],
    ]);
    const whole = (target: string, maintained: (subject: string) => string | undefined = nothing) => {
      const { state, percent, reasons } = rollUp(monitor, target, maintained, environments);
      return [state, percent, reasons.map(({ component }) => component)];
    };
    see(web('web-1'), 'healthy');
    see(web('web-2'), 'degraded');
    for (const host of ['host/web-1', 'host/web-2']) see(host, 'healthy', 'reach');
    // All there is: app 75, hosts 100 and 75.
    assert.deepEqual(whole('environment/live'), ['degraded', 83, [web('web-2')]]);
    assert.deepEqual(whole('environment/live'), whole('cloud'));
    assert.deepEqual(whole('environment/none'), ['unknown', undefined, []]);
    see(web('lab'), 'unhealthy');
    see('host/lab', 'healthy', 'reach');
    assert.deepEqual(whole('environment/live'), ['degraded', 83, [web('web-2')]]);
    // Nothing of the app is left there: 0 for it, 50 for its host.
    assert.deepEqual(whole('environment/test'), ['unhealthy', 25, [web('lab')]]);
    assert.deepEqual(whole('cloud').slice(0, 2), ['degraded', Math.floor((50 + 100 + 75 + 50) / 4)]);
    see('app/shop', 'healthy', 'page');
    assert.deepEqual(whole('environment/test').slice(0, 2), ['degraded', 50]);
    const maintained = (subject: string) => (subject === 'host/lab' ? 'new disk' : undefined);
    assert.equal(whole('environment/test', maintained)[1], 50);
  });

  test('is unhealthy as a whole once nothing of a service is left, whatever its percentage', () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) see(serviceId('shop', name, 'web-1'), 'healthy');
    see(web('web-1'), 'unhealthy');
    see('host/web-1', 'healthy', 'reach');
    const [state, percent] = rolled('app/shop');
    assert.deepEqual([state, percent], ['unhealthy', 83]);
  });

  test('goes with its host, which alone is the cause, and comes back with it', () => {
    see('host/web-1', 'healthy', 'reach');
    see(web('web-1'), 'healthy');
    told.length = 0;
    see('host/web-1', 'unhealthy', 'reach', 'no route');
    assert.deepEqual(told, ['host/web-1 healthy>unhealthy', 'app/shop/web@web-1 healthy>unhealthy']);
    assert.equal(monitor.get(web('web-1'))?.because, 'host/web-1');
    assert.deepEqual(rolled('host/web-1'), ['unhealthy', 0, ['web-1 does not answer: no route']]);
    assert.deepEqual(rolled('app/shop'), [
      'unhealthy',
      0,
      ['web of shop is unhealthy on web-1: web-1 does not answer'],
    ]);
    told.length = 0;
    see('host/web-1', 'healthy', 'reach');
    assert.deepEqual(told, ['host/web-1 unhealthy>healthy', 'app/shop/web@web-1 unhealthy>healthy']);
  });

  test('is left out while it is in maintenance, and named as that', () => {
    see(web('web-1'), 'unhealthy');
    see('host/web-1', 'healthy', 'reach');
    const maintained = (subject: string) => (subject === 'app/shop' ? 'a deploy' : undefined);
    assert.equal(rollUp(monitor, 'app/shop', maintained).maintenance, 'a deploy');
    assert.deepEqual(rollUp(monitor, 'host/web-1', maintained).percent, 100);
    assert.equal(rollUp(monitor, 'cloud', maintained).percent, 100);
  });

  test('does not flap by what is done to it on purpose', () => {
    see(web('web-1'), 'healthy');
    for (let turn = 0; turn < 20; turn += 1) {
      see(web('web-1'), turn % 2 === 0 ? 'unhealthy' : 'healthy');
      now += 1_000;
      monitor.tick((subject) => subject === 'app/shop');
    }
    assert.deepEqual(
      [monitor.get(web('web-1'))?.state, monitor.get(web('web-1'))?.checks[0]?.flapping],
      ['healthy', false],
    );
    for (let turn = 0; turn < 6; turn += 1) see(web('web-1'), turn % 2 === 0 ? 'unhealthy' : 'healthy');
    assert.equal(monitor.get(web('web-1'))?.state, 'unhealthy');
    monitor.tick((subject) => subject === 'app/shop');
    assert.equal(monitor.get(web('web-1'))?.state, 'healthy');
    assert.deepEqual(told.slice(-1), ['app/shop/web@web-1 unhealthy>healthy']);
  });

  test('is forgotten when it is gone, and nothing is known of what nobody watches', () => {
    see(web('web-1'), 'unhealthy');
    monitor.forget(web('web-1'));
    assert.deepEqual(told.slice(-1), ['app/shop/web@web-1 unhealthy>unknown']);
    assert.deepEqual(rolled('app/shop'), ['unknown', undefined, []]);
    monitor.forget('app/nothing');
    see('host/web-1', 'healthy', 'reach');
    see('host/web-1', 'unhealthy', 'disk');
    monitor.forget('host/web-1', 'disk');
    assert.deepEqual(rolled('host/web-1'), ['healthy', 100, []]);
  });

  test('takes a report of a container for no longer than it says, and never for long', () => {
    const caller = { app: 'shop', generation: 'r-1', service: 'web', host: 'web-1' };
    const report = {
      status: 'degraded' as const,
      checks: [{ name: 'db', status: 'degraded' as const, detail: 'slow' }],
    };
    for (const seen of observationsOf(caller, { ...report, ttl: 86_400_000 })) monitor.observe(seen);
    assert.deepEqual(rolled('app/shop')[2], [
      'web of shop is degraded on web-1: db: slow',
      'web of shop is degraded on web-1: slow',
    ]);
    now = 3_600_000;
    monitor.tick();
    assert.equal(monitor.get(web('web-1'))?.state, 'unknown');
  });

  test('says the same while clocks of the wall jump', () => {
    let wall = 1_700_000_000_000;
    monitor = new Monitor({ now: () => now, wall: () => wall });
    monitor.observe({ component: 'host/web-1', check: 'reach', status: 'healthy', ttl: 60_000 });
    for (const jump of [-86_400_000, 10 * 86_400_000, 0]) {
      wall += jump;
      now += 1_000;
      monitor.tick();
      assert.equal(monitor.get('host/web-1')?.state, 'healthy');
    }
  });

  test('takes names and words of strangers without what would drive a terminal or part names', () => {
    assert.equal(nameOf('a/b@c\n\x1b[31md#'), 'a-b-c-d-');
    assert.equal(nameOf(''), '-');
    assert.equal(nameOf('x'.repeat(1_000)).length, 100);
    assert.equal(detailOf('\x1b[2Jgone\u202e\nnext'), 'gone\\x202e next');
    assert.equal(detailOf('x'.repeat(1_000))?.length, 300);
  });

  test('has room for so much and no more, and counts what it refused', () => {
    for (let one = 0; one < 20_500; one += 1) see(`check/${one}`, 'healthy');
    assert.equal([...monitor.all()].length, 20_000);
    assert.equal(monitor.refused, 500);
    for (let one = 0; one < 150; one += 1) see('check/1', 'healthy', `${one}`);
    assert.equal(monitor.get('check/1')?.checks.length, 100);
  });
});
