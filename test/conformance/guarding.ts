/** What every `Guarding` must do, on real nftables: nobody stays locked out, and nothing is lost, whatever happens meanwhile. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../../src/firewall/firewall.ts';
import { fill, type GuardedHost, HOST } from '../jobs/guarding/guarded-host.ts';
import { until } from '../until.ts';

const APP = 80;
const OTHER = 81;

/** Runs the suite; `open` gives a host of its own to each test. Where the `connection` is all that is new, only what hangs on it is run. */
export function guardingConformance(
  name: string,
  { skip, only }: { skip: string | false; only?: 'connection' },
  open: () => Promise<GuardedHost>,
): void {
  describe(`a firewall that ${name} keeps`, { skip, timeout: 300_000 }, () => {
    const opened = opening(open);
    loss(opened);
    if (only === undefined) bookkeeping(opened);
  });
}

type Opened = ReturnType<typeof opening>;

/** Nobody is locked out, whatever is lost. */
function loss(opened: Opened): void {
  test('is in force at once, and for good once it is kept over another connection', async (t) => {
    const at = await opened(t);
    const { good, pending, rules } = await at.show();
    assert.deepEqual([good, pending, rules], [undefined, undefined, null]);
    assert.equal(await at.apply(at.good('f-1')), undefined);
    assert.deepEqual(await at.ports(), [true, false]);
    if (at.wayIn !== undefined) assert.equal(await at.keepHere('f-1'), 'firewall.same');
    const waiting = (await at.show()).pending;
    assert.deepEqual([waiting?.id, waiting?.by], ['f-1', 'reem']);
    assert.equal(await at.keep('f-1'), undefined);
    // The answer may have been lost: to keep it again is no mistake.
    assert.equal(await at.keep('f-1'), undefined);
    const kept = await at.show();
    assert.deepEqual([kept.good, kept.pending, kept.drift], ['f-1', undefined, []]);
    assert.equal(kept.rules?.rules.length, at.wayIn === undefined ? 1 : 2);
  });

  test('is taken back by itself where nobody can keep it, and then it is gone', async (t) => {
    const at = await opened(t);
    await at.settle();
    assert.equal(await at.apply(at.locked('f-2', 8_000)), undefined);
    assert.deepEqual(await at.ports(), [false, true]);
    // Who knocks for long gets in once it is taken back.
    const locked = at.wayIn === undefined ? 'firewall.gone' : await at.keep('f-2');
    assert.ok(['host.unreachable', 'firewall.gone'].includes(`${locked}`), locked);
    const { good, drift } = await at.settled();
    assert.deepEqual([good, drift], ['f-1', []]);
    assert.deepEqual(await at.ports(), [true, false]);
    assert.equal(await at.keep('f-2'), 'firewall.gone');
    assert.equal(await at.revert('f-2'), undefined);
  });

  test('is taken back when the host starts, where what would have done it was killed', async (t) => {
    const at = await opened(t);
    await at.settle();
    assert.equal(await at.apply(at.locked('f-2')), undefined);
    await at.killGuard();
    await at.start();
    const { good, pending, drift } = await at.settled();
    assert.deepEqual([good, pending, drift], ['f-1', undefined, []]);
    assert.deepEqual(await at.ports(), [true, false]);
  });

  test('is taken back where Muster was killed in the middle of it', async (t) => {
    const at = await opened(t);
    await at.settle();
    for (const [i, ms] of [30, 120, 220, 350].entries()) {
      await at.show();
      void at.apply(at.locked(`f-${i + 2}`, 2_000));
      await sleep(ms);
      await at.killMuster();
      const { good, drift } = await at.settled();
      assert.deepEqual([good, drift], ['f-1', []], `after ${ms} ms`);
    }
    assert.deepEqual(await at.ports(), [true, false]);
  });

  test('changes in nothing where the disk is full, and can be taken back there', async (t) => {
    const at = await opened(t);
    await at.settle();
    let empty = await fill(at.disk);
    const before = await readdir(join(at.disk, 'firewall'));
    assert.equal(await at.apply(at.locked('f-2')), 'host.diskfull');
    assert.deepEqual(await readdir(join(at.disk, 'firewall')), before);
    const { good, pending, drift } = await at.show();
    assert.deepEqual([good, pending, drift], ['f-1', undefined, []]);
    assert.deepEqual(await at.ports(), [true, false]);
    await empty();
    assert.equal(await at.apply(at.locked('f-3', 3_000)), undefined);
    empty = await fill(at.disk);
    const standing = await at.settled();
    assert.deepEqual([standing.good, standing.drift], ['f-1', []]);
    assert.deepEqual(await at.ports(), [true, false]);
    await empty();
    await at.settle('f-4');
  });
}

/** What is known as kept, and what others did meanwhile. */
function bookkeeping(opened: Opened): void {
  test('is known as kept also after another one was', async (t) => {
    const at = await opened(t);
    for (const id of ['f-1', 'f-2']) await at.settle(id);
    const { good, before } = await at.show();
    assert.deepEqual([good, before], ['f-2', 'f-1']);
  });

  test('that was the first one leaves none', async (t) => {
    const at = await opened(t);
    await at.apply(at.good('f-1'));
    assert.equal(await at.revert('f-1'), undefined);
    const { rules, pending } = await at.show();
    assert.deepEqual([rules, pending], [null, undefined]);
    assert.deepEqual(await at.ports(), [true, true]);
    assert.doesNotMatch(await at.host.run('nft', 'list', 'tables'), /muster/);
  });

  test('of two changes at once is one, and the other is told to wait; the same one is the same', async (t) => {
    const at = await opened(t);
    const codes = await Promise.all([at.apply(at.good('f-1')), at.apply(at.good('f-2'))]);
    assert.deepEqual([...codes].sort(), ['firewall.waiting', undefined]);
    const first = codes[0] === undefined ? 'f-1' : 'f-2';
    assert.equal(await at.apply(at.good(first)), undefined);
    assert.equal((await at.show()).pending?.id, first);
    assert.equal(await at.keep(first === 'f-1' ? 'f-2' : 'f-1'), 'firewall.gone');
    assert.equal(await at.keep(first), undefined);
  });

  test('is not overwritten unasked where others changed it', async (t) => {
    const at = await opened(t);
    await at.settle();
    const text = await at.host.run('nft', 'list', 'table', 'inet', 'muster');
    const chain = /chain (\w+) \{\s+type filter hook prerouting/.exec(text)?.[1] as string;
    const rule = ['insert', 'rule', 'inet', 'muster', chain, 'tcp', 'dport', '8080', 'accept'];
    await at.host.run('nft', ...rule);
    const { drift } = await at.show();
    assert.equal(drift.length, 1);
    assert.match(drift[0] as string, /^\+ .*8080/);
    assert.equal(await at.apply(at.good('f-2')), 'firewall.drift');
    assert.equal(await at.apply({ ...at.good('f-2'), overwrite: ['+ another'] }), 'firewall.drift');
    assert.match(await at.host.run('nft', 'list', 'table', 'inet', 'muster'), /8080/);
    assert.equal(await at.apply({ ...at.good('f-2'), overwrite: drift }), undefined);
    assert.doesNotMatch(await at.host.run('nft', 'list', 'table', 'inet', 'muster'), /8080/);
    assert.equal(await at.keep('f-2'), undefined);
    await at.host.run('nft', 'delete', 'table', 'inet', 'muster');
    assert.equal((await at.show()).drift.length, 1);
  });

  test('is in force again after a reboot, which forgets everything', async (t) => {
    const at = await opened(t);
    await at.settle();
    await at.killGuard();
    await at.host.run('nft', 'flush', 'ruleset');
    assert.deepEqual(await at.ports(), [true, true]);
    await at.start();
    assert.deepEqual(await at.ports(), [true, false]);
    assert.deepEqual((await at.settled()).drift, []);
  });

  test('is told where all of it is gone, and can be put in force anew', async (t) => {
    const at = await opened(t);
    await at.settle();
    await at.host.run('nft', 'flush', 'ruleset');
    const { drift } = await at.show();
    assert.equal(drift.length, 1);
    assert.equal(await at.apply({ ...at.good('f-2'), overwrite: drift }), undefined);
    assert.equal(await at.keep('f-2'), undefined);
    assert.deepEqual([(await at.show()).drift, await at.ports()], [[], [true, false]]);
  });
}

/** Gives hosts, with words for what is done on them. */
const opening = (open: () => Promise<GuardedHost>) => async (t: TestContext) => {
  const at = await open();
  t.after(() => at.remove());
  for (const port of [APP, OTHER]) await at.host.listen({ address: HOST, port });
  const change = (id: string, ports: number[], keepWithin = 60_000, overwrite: string[] = []) => ({
    ...{ change: id, by: 'reem', keepWithin, overwrite },
    rules: letting(...ports),
  });
  const wayIn = at.wayIn === undefined ? [] : [at.wayIn];
  const isOpen = async (port: number) => (await at.outside.reach({ address: HOST, port })) === 'open';
  return {
    ...at,
    /** Lets in who may keep it, and the app. */
    good: (id: string, ms?: number) => change(id, [...wayIn, APP], ms),
    /** Lets in nobody who may keep it. */
    locked: (id: string, ms?: number, overwrite?: string[]) => change(id, [OTHER], ms, overwrite),
    /** Has the good one kept. */
    async settle(id = 'f-1') {
      assert.equal(await at.apply(change(id, [...wayIn, APP])), undefined);
      assert.equal(await at.keep(id), undefined);
    },
    ports: async () => [await isOpen(APP), await isOpen(OTHER)],
    /** Resolves with how things stand once nothing waits. */
    settled: () =>
      until(async () => {
        const standing = await at.show().catch(() => undefined);
        return standing && standing.pending === undefined ? standing : false;
      }, 'nothing to wait'),
  };
};

const letting = (...ports: number[]): Firewall =>
  Firewall.parse({
    rules: ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
  });
