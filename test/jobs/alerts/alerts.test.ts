import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Alarm } from '../../../src/alarm.ts';
import type { MusterError } from '../../../src/errors.ts';
import { Alerts } from '../../../src/jobs/alerts/alerts.ts';
import { FLAPPING_MS, isOpen, membersOf } from '../../../src/jobs/alerts/group.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const alarm = (host: string, more: Partial<Alarm> = {}): Alarm => ({
  key: `host/${host}`,
  severity: 'warning',
  cause: 'host.silent',
  subject: `host/${host}`,
  summary: `${host} does not answer`,
  ...more,
});
const coded = (code: string) => (error: MusterError) => error.code === code;

describe('alerts in Redis', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let now: number;
  const scrubber = new Scrubber();
  const open = () => new Alerts({ redis: server.connect(), scrubber, now: () => now });
  beforeEach(async () => {
    server = await startRedis();
    now = Date.now();
  });
  afterEach(() => server.stop());

  test('are kept over a crash of Redis and seen by every process', async () => {
    const alerts = open();
    await alerts.raise(alarm('web-1'));
    await server.crash();
    const [group] = await open().all();
    assert.equal(group?.members['host/web-1']?.summary, 'web-1 does not answer');
    await open().clear('host/web-1');
    assert.deepEqual([...(await alerts.raised())], []);
  });

  test('are folded in few round trips where many come at once, from several processes, and none is lost', async () => {
    const many = [open(), open(), open()];
    const hosts = Array.from({ length: 300 }, (_, host) => `web-${host}`);
    await Promise.all(hosts.map((host, index) => many[index % 3]?.raise(alarm(host))));
    const [group, ...more] = await open().all();
    assert.equal(more.length, 0);
    assert.equal(membersOf(group!).filter(isOpen).length, 300);
    const writes = Number(await server.connect().get('{muster}:alerts:version'));
    assert.ok(writes <= 10, `${writes} writes`);
    await Promise.all(hosts.map((host, index) => many[(index + 1) % 3]?.clear(`host/${host}`)));
    assert.equal((await many[0]!.raised()).size, 0);
  });

  test('write nothing where nothing is new', async () => {
    const alerts = open();
    await alerts.raise(alarm('web-1'));
    await Promise.all([alerts.raise(alarm('web-1')), alerts.clear('host/web-9')]);
    await open().raise(alarm('web-1'));
    assert.equal(await server.connect().get('{muster}:alerts:version'), '1');
  });

  test('are acknowledged by one person; the same line again is the same, another one is refused', async () => {
    const [alerts, other] = [open(), open()];
    await alerts.raise(alarm('web-1'));
    const [{ id } = { id: '' }] = await alerts.all();
    assert.match(id, /^a-[a-z0-9]{6}$/);
    await alerts.acknowledge(id, 'reem', 'r-1');
    const again = await other.acknowledge(id, 'reem', 'r-1');
    assert.equal(again.acknowledged?.by, 'reem');
    await assert.rejects(other.acknowledge(id, 'max', 'r-2'), coded('alert.acknowledged'));
    await assert.rejects(other.acknowledge('a-999999', 'max', 'r-2'), coded('alert.unknown'));
    await alerts.clear('host/web-1');
    await assert.rejects(other.snooze(id, 'max', 'r-3', 1_000), coded('alert.over'));
  });

  test('of two people who acknowledge at once, one is told that the other did', async () => {
    const [alerts, other] = [open(), open()];
    await alerts.raise(alarm('web-1'));
    const [{ id } = { id: '' }] = await other.all();
    const both = await Promise.allSettled([
      alerts.acknowledge(id, 'reem', 'r-1'),
      other.acknowledge(id, 'max', 'r-2'),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  test('are snoozed, and again for longer', async () => {
    const alerts = open();
    await alerts.raise(alarm('web-1'));
    const [{ id } = { id: '' }] = await alerts.all();
    await alerts.snooze(id, 'reem', 'r-1', 60_000);
    now += 30_000;
    assert.equal((await alerts.snooze(id, 'reem', 'r-1', 60_000)).snoozed?.until, now + 30_000);
    const longer = await alerts.snooze(id, 'max', 'r-2', 120_000);
    assert.deepEqual([longer.snoozed?.by, longer.snoozed?.until], ['max', now + 120_000]);
  });

  test('hold no secret, no control character and no more than people read', async () => {
    const alerts = open();
    scrubber.learn('correct horse');
    const lines = Array.from({ length: 50 }, (_, line) => `\x1b[31mline ${line}`);
    await alerts.raise(alarm('web-1', { summary: `web-1 says correct horse ${'x'.repeat(1_000)}`, lines }));
    const member = membersOf((await alerts.all())[0]!)[0];
    assert.match(member?.summary ?? '', /^web-1 says \[redacted\] x+$/);
    assert.equal(member?.summary.length, 300);
    assert.deepEqual(
      member?.lines,
      lines.slice(0, 10).map((line) => line.slice(5)),
    );
  });

  test('that have another cause now are over where they were', async () => {
    const alerts = open();
    await alerts.raise(alarm('web-1'));
    await alerts.raise(alarm('web-1', { cause: 'disk.full' }));
    const [before, after] = await alerts.all();
    assert.equal(isOpen(membersOf(before!)[0]!), false);
    assert.equal(isOpen(membersOf(after!)[0]!), true);
    await alerts.clear('host/web-1');
    assert.equal((await alerts.raised()).size, 0);
  });

  test('of ever new causes are bounded, counted all the same, and forgotten once they are long over', async () => {
    const alerts = open();
    const hosts = Array.from({ length: 250 }, (_, host) => `web-${host}`);
    await Promise.all(hosts.map((host) => alerts.raise(alarm(host, { cause: `cause ${host}` }))));
    assert.equal((await alerts.all()).length, 201);
    assert.equal((await alerts.raised()).size, 250);
    await Promise.all(hosts.map((host) => alerts.clear(`host/${host}`)));
    now += FLAPPING_MS;
    await alerts.prune(({ cause }) => cause === 'cause web-7');
    assert.deepEqual(
      (await alerts.all()).map(({ cause }) => cause),
      ['cause web-7'],
    );
  });
});
