/** Machines that were added in chats, in Redis. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Machine } from '../../../src/config/machines.ts';
import { MusterError } from '../../../src/errors.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { claimed, knownMachines, type MachineRecord } from '../../../src/jobs/machine/record.ts';
import { MachineStore } from '../../../src/jobs/machine/store.ts';
import { Scrubber } from '../../../src/secret.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const by = { person: 'reem', platform: 'test', chat: 'test' };
const deed = { by, summary: 'node added' };
const record = (mac: string): MachineRecord => ({
  machine: Machine.parse({ mac: [mac] }),
  by: 'reem',
  added: 'now',
});

describe('machines that were added in chats', { skip: needs(['redis-server']) }, () => {
  let server: TestRedis;
  const open = () => {
    const redis = server.connect();
    const ledger = new Ledger(redis);
    const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
    return { store: new MachineStore({ redis, ledger, audit }), audit };
  };
  before(async () => {
    server = await startRedis();
  });
  after(() => server?.stop());

  test('a change and its audit record are one; the same again is none', async () => {
    const { store, audit } = open();
    const node = record('52:54:00:00:00:01');
    await store.change('node-1', deed, () => node);
    await store.change('node-1', deed, () => node);
    assert.deepEqual(Object.keys(await store.all()), ['node-1']);
    assert.equal((await audit.latest(10)).filter(({ kind }) => kind === 'machine').length, 1);
    await store.change('node-1', deed, () => undefined);
    assert.deepEqual(await store.all(), {});
  });

  test('of many who add one address at once, in several managers, one does', async () => {
    const stores = [open().store, open().store];
    const add = (name: string, store: MachineStore) =>
      store.change(name, deed, (_, all) => {
        const node = record('52:54:00:00:00:02');
        const taken = claimed(knownMachines({ machines: {} }, all), name, node.machine);
        if (taken) throw new MusterError('machine.claimed', taken);
        return node;
      });
    const tries = Array.from({ length: 8 }, (_, index) =>
      add(`m-${index}`, stores[index % 2] as MachineStore),
    );
    const done = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled');
    assert.equal(done.length, 1);
    assert.equal(Object.keys(await (stores[0] as MachineStore).all()).length, 1);
  });

  test('what another version wrote and this one cannot read is left out, and stays', async () => {
    const { store } = open();
    await server.connect().hset('muster:state:machines', 'odd', JSON.stringify({ machine: { mac: 7 } }));
    assert.ok(!Object.hasOwn(await store.all(), 'odd'));
  });
});
