/** Machines that runs make and remove are added and forgotten as those of chats are: with their audit, and never over another one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Config } from '../../../src/config/config.ts';
import { Machine } from '../../../src/config/machines.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { assign, assignmentOf } from '../../../src/jobs/machine/assignment.ts';
import { enterMachine } from '../../../src/jobs/machine/enter.ts';
import { forgetMachine } from '../../../src/jobs/machine/forget.ts';
import type { MachineRecord } from '../../../src/jobs/machine/record.ts';
import { MachineStore } from '../../../src/jobs/machine/store.ts';
import { RedisState } from '../../../src/jobs/state.ts';
import type { Here } from '../../../src/jobs/step.ts';
import { Scrubber } from '../../../src/secret.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { alone } from '../beside.ts';

const MAC = '52:54:00:00:00:09';
const host = 'big-1';
const entry = Machine.parse({ mac: [MAC], power: { kind: 'libvirt', on: host } });
const by = { person: 'reem', platform: 'test', chat: 'lab' };

describe('a machine that a run makes', { skip: needs(['redis-server']) }, () => {
  let server: TestRedis;
  let state: RedisState;
  let store: MachineStore;
  let audit: Audit;
  before(async () => {
    server = await startRedis();
    const redis = server.connect();
    const ledger = new Ledger(redis);
    state = new RedisState(redis);
    audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
    store = new MachineStore({ redis, ledger, audit });
  });
  after(() => server?.stop());

  const context = (direction: 'do' | 'undo', machines: object = {}): Here => {
    const config = {
      ...Config.parse({ hosts: { [host]: { link: 'local' } }, machines }),
      folder: '/nowhere',
    };
    const secret = () => Promise.reject(new Error('no secrets here'));
    const own = { state, machines: store, images: { ...alone.images, requester: async () => by } };
    const beside = { ...alone, ...own, direction, config, secret, run: 'r-9' };
    const place = () => Promise.reject(new Error('no host takes part'));
    return {
      beside,
      place,
      logs: undefined,
      signal: alone.signal,
      report: { line() {}, progress() {}, note() {} },
    };
  };
  const enter = (direction: 'do' | 'undo' = 'do', machines?: object) =>
    enterMachine.here?.({ host, machine: 'node-9', entry }, context(direction, machines));
  const forget = () => forgetMachine.here?.({ host, machine: 'node-9', mac: MAC }, context('do'));
  const put = (name: string, machine: Machine) =>
    store.change(name, { by, summary: 'put' }, () => ({ machine, by: 'kim', added: 'now' }));
  const clear = async () => {
    for (const name of Object.keys(await store.all()))
      await store.change(name, { by, summary: 'cleared' }, () => undefined);
  };
  const now = async (): Promise<Record<string, MachineRecord>> => ({ ...(await store.all()) });

  test('is on record once with who asked for it, however often the step starts; and gone where it is taken back', async () => {
    await enter();
    await enter();
    const added = (await audit.latest(10)).filter(({ kind }) => kind === 'machine');
    assert.deepEqual(
      added.map(({ person, run, scope, summary }) => [person, run, scope, summary]),
      [['reem', 'r-9', ['machine/node-9'], 'node-9 added']],
    );
    assert.equal((await now())['node-9']?.by, 'reem');
    await enter('undo');
    await enter('undo');
    assert.deepEqual(await now(), {});
    assert.equal((await audit.latest(1))[0]?.summary, 'node-9 removed');
    assert.equal((await audit.verify()).problem, undefined);
  });

  test('is refused where somebody has added one meanwhile: of its name, of its address, or in a file', async () => {
    const another = Machine.parse({ mac: ['52:54:00:00:00:10'] });
    await put('node-9', another);
    await assert.rejects(async () => enter(), { code: 'vm.known' });
    await enter('undo');
    assert.deepEqual((await now())['node-9']?.machine, another, 'what is not of the run stays');
    await clear();
    await put('node-3', Machine.parse({ mac: [MAC] }));
    await assert.rejects(async () => enter(), { code: 'machine.claimed' });
    await clear();
    await assert.rejects(async () => enter('do', { 'node-9': { mac: ['52:54:00:00:00:11'] } }), {
      code: 'vm.known',
    });
    assert.deepEqual(await now(), {});
  });

  test('is forgotten with what it was told to boot, whatever was set of it; another of its name is not', async () => {
    for (const machine of [
      Machine.parse({ ...entry, mac: ['52:54:00:00:00:12'] }),
      Machine.parse({ mac: [MAC] }),
    ]) {
      await put('node-9', machine);
      await assign(state, 'node-9', { since: 1, run: 'r-1' });
      await forget();
      await forget();
      assert.deepEqual([await now(), await assignmentOf(state, 'node-9')], [{}, undefined]);
    }
    await put(
      'node-9',
      Machine.parse({ mac: ['52:54:00:00:00:13'], power: { kind: 'libvirt', on: 'big-2' } }),
    );
    await assign(state, 'node-9', { since: 1, run: 'r-1' });
    await forget();
    assert.deepEqual(Object.keys(await now()), ['node-9']);
    assert.notEqual(await assignmentOf(state, 'node-9'), undefined);
  });
});
