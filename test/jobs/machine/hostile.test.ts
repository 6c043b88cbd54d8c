/** Machines that boot on a network of strangers, and with clocks and servers that fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Decision } from '../../../src/boot.ts';
import { bootsOf, forgetBoots } from '../../../src/jobs/machine/boots.ts';
import { Roster } from '../../../src/jobs/machine/roster.ts';
import { Stopwatch } from '../../../src/jobs/machine/stopwatch.ts';
import { asking, config, MAC, openDesk, V2 } from './known.ts';

const tokenOf = (decision: Decision): string => ('token' in decision ? decision.token : '');
const HERE = { address: '10.77.0.50', claim: 'claim0001' };
const reached = (stage: 'root' | 'configured' | 'up') =>
  ({ stage, outcome: 'reached', cause: '', detail: '' }) as const;

test('nobody gets the files of a machine that is configured: everybody on it can read its token by then', async () => {
  const { desk, alarms } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  // As an image with cloud-init, it never asked for them.
  await desk.news(token, reached('configured'));
  assert.equal(await desk.files(token, HERE), undefined);
  assert.match(alarms.get('boot/node-7/taken')?.summary ?? '', /refused/);
  await desk.close();
});

test('a machine whose system has another address than its loader had gets its files there, and a later word moves nothing', async () => {
  const { desk } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  await desk.news(token, reached('root'), '10.77.0.99');
  await desk.news(token, reached('root'), '10.77.0.66');
  assert.equal(await desk.files(token, { ...HERE, address: '10.77.0.66' }), undefined);
  assert.equal(await desk.files(token, HERE), undefined);
  assert.ok(await desk.files(token, { ...HERE, address: '10.77.0.99' }));
  assert.equal(await desk.at('10.77.0.99'), token);
  await desk.close();
});

test('what cannot be given at first and is given then leaves no failed boot', async () => {
  let broken = true;
  const files = async () => {
    if (broken) throw new Error('the service of keys is away');
    return Buffer.from('archive');
  };
  const { desk, state } = await openDesk({ given: { files, cloudInit: async () => undefined } });
  const token = tokenOf(await desk.decide(asking()));
  await assert.rejects(desk.files(token, HERE));
  assert.equal((await bootsOf(state, 'node-7'))[0]?.outcome, 'failed');
  broken = false;
  assert.equal(String(await desk.files(token, HERE)), 'archive');
  await desk.news(token, reached('configured'));
  const [open] = await bootsOf(state, 'node-7');
  assert.deepEqual([open?.outcome, open?.trouble, open?.ended], ['open', undefined, undefined]);
  await desk.news(token, reached('up'));
  assert.equal((await bootsOf(state, 'node-7'))[0]?.outcome, 'up');
  await desk.close();
});

test('a boot that goes on has its deadlines again', async () => {
  const files = () => Promise.reject(new Error('away'));
  const { desk, state, later } = await openDesk({ given: { files, cloudInit: async () => undefined } });
  const token = tokenOf(await desk.decide(asking()));
  await assert.rejects(desk.files(token, HERE));
  await desk.news(token, reached('configured'));
  await later(600_000);
  assert.equal((await bootsOf(state, 'node-7'))[0]?.trouble?.code, 'up.silent');
  await desk.close();
});

test('no clock that is set ends a boot, and none keeps one from ending', () => {
  const time = { tick: 0 };
  const stopwatch = new Stopwatch(() => time.tick);
  const boot = { mark: 'boot one', from: 1_000 };
  assert.equal(stopwatch.passed('node-7', { ...boot, now: 3_000 }), 2_000);
  time.tick += 500;
  assert.equal(stopwatch.passed('node-7', { ...boot, now: 90_000_000 }), 2_500, 'put forward by a day');
  assert.equal(stopwatch.passed('node-7', { ...boot, now: 0 }), 2_500, 'put back');
  time.tick += 500;
  assert.equal(stopwatch.passed('node-7', { mark: 'boot two', from: 5_000, now: 0 }), 0);
});

test('what strangers on the network do is one message each, and over once they are quiet', async () => {
  const twins = {
    a: { mac: [MAC] },
    b: { serial: 'X-1' },
    c: { uuid: '4c4c4544-0042-3510-8054-b4c04f4e3232' },
  };
  const { desk, alarms, state } = await openDesk({ config: config({ machines: twins }) });
  await desk.decide(asking({ serial: 'X-1' }));
  await desk.decide(asking({ uuid: twins.c.uuid }));
  for (let last = 1; last <= 250; last += 1)
    desk.seen({ what: 'forged', address: `10.77.0.${last}`, times: 1 });
  const causes = [...alarms.values()].map(({ cause }) => cause);
  assert.deepEqual([...new Set(causes)], ['boot.forged']);
  assert.equal(alarms.size, 100, 'whoever makes addresses up is no flood');
  await desk.decide(asking({ serial: 'X-1' }));
  // The next server clears what this one raised.
  await desk.close();
  const next = await openDesk({
    state,
    at: 1_000_000,
    alerts: { raise: async () => {}, clear: async (key) => void alarms.delete(key) },
  });
  await next.later(300_000);
  assert.equal(alarms.size, 100);
  await next.later(301_000);
  assert.equal(alarms.size, 0);
  assert.deepEqual(await state.all('boots.passing'), {});
  await next.desk.close();
});

test('what was wrong with a machine is over once it is gone, or starts its own disk', async () => {
  const { desk, alarms, current, later } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  await desk.news(token, { stage: 'root', outcome: 'failed', cause: 'sha256', detail: '' });
  assert.ok(alarms.has('boot/node-7'));
  current.config = config({ profiles: { worker: {} } });
  assert.equal((await desk.decide(asking())).kind, 'local');
  assert.equal(alarms.size, 0);
  current.config = config();
  await later(1_000);
  const again = tokenOf(await desk.decide(asking()));
  await desk.news(again, { stage: 'root', outcome: 'failed', cause: 'fetch', detail: '' });
  assert.ok(alarms.has('boot/node-7'));
  current.config = config({ machines: {} });
  await later(1_000);
  assert.equal(alarms.size, 0);
  await desk.close();
});

test('a machine that is taken out of the configuration as it boots ends with a reason', async () => {
  const { desk, state, current, later } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  current.config = config({ machines: {} });
  await later(1_000);
  assert.equal(await desk.files(token, HERE), undefined);
  await later(600_000);
  const [last] = await bootsOf(state, 'node-7');
  assert.deepEqual([last?.outcome, last?.version], ['failed', V2]);
  await desk.close();
});

test('a machine that was destroyed and made again has nothing of the one before', async () => {
  const { desk, state, current, later } = await openDesk();
  const token = tokenOf(await desk.decide(asking()));
  await desk.news(token, { stage: 'root', outcome: 'failed', cause: 'sha256', detail: '' });
  current.config = config({ machines: {} });
  await later(1_000);
  await forgetBoots(state, 'node-7');
  await later(1_000);
  assert.equal(await desk.knows(token), false);
  current.config = config();
  await later(1_000);
  const decision = await desk.decide(asking());
  assert.equal(
    'bootable' in decision && decision.bootable.version,
    V2,
    'it falls back for no failure of its own',
  );
  assert.equal((await bootsOf(state, 'node-7')).length, 1);
  await desk.close();
});

test('whoever makes addresses up for a machine that is known by its UUID does not fill the memory', async () => {
  const roster = new Roster({ config: () => config(), records: async () => ({}) });
  await roster.look();
  for (let count = 0; count < 10_000; count += 1) roster.learn(`mac ${count}`, 'node-7');
  assert.equal(roster.ofMac('mac 0'), undefined);
  assert.equal(roster.ofMac('mac 9999'), 'node-7');
  assert.equal(roster.ofMac(MAC), 'node-7');
});
