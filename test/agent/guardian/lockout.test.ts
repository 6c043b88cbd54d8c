/** The guardian as a process of the built program, on real nftables in network namespaces: nobody stays locked out. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { ended } from '../../integration/muster.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';
import { HOST, openStage, PORT } from './stage.ts';

const firewall = (...ports: number[]): Firewall =>
  Firewall.parse({
    rules: ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
  });
/** Lets in who may keep it, and the app. */
const GOOD = firewall(PORT, 80);
/** Lets in nobody who may keep it. */
const LOCKED = firewall(80);

async function open(t: TestContext) {
  const stage = await openStage();
  t.after(() => stage.remove());
  return {
    ...stage,
    /** Whether somebody outside gets an answer from a port. */
    open: async (port: number) => (await stage.outside.reach({ address: HOST, port })) === 'open',
  };
}

const change = (name: string, rules: Firewall, keepWithin = 60_000) => ({
  change: name,
  by: 'reem',
  rules,
  keepWithin,
});

describe('a guardian', { skip: needs(['ip', 'nft', 'root']) }, () => {
  test('keeps what is kept over a new connection, and takes back a lock-out that nobody can keep', async (t) => {
    const stage = await open(t);
    await stage.guardian();
    await stage.host.listen({ address: HOST, port: 80 });
    await stage.host.listen({ address: HOST, port: 81 });
    await stage.connect();
    assert.ok('result' in (await stage.ask('apply', change('f-1', GOOD))));
    assert.deepEqual(await stage.ask('keep', { change: 'f-1' }), { code: 'firewall.same' });
    await stage.close();
    await until(async () => (await stage.connect()) === undefined, 'a new connection');
    assert.ok('result' in (await stage.ask('keep', { change: 'f-1' })));
    assert.deepEqual([await stage.open(80), await stage.open(81)], [true, false]);

    await stage.ask('apply', change('f-2', LOCKED, 7_000));
    await stage.close();
    assert.equal(await stage.connect(), 'host.unreachable');
    await until(async () => (await stage.connect()) === undefined, 'the way in');
    const shown = (await stage.ask('show')) as { result: Record<string, unknown> };
    assert.deepEqual([shown.result.good, shown.result.pending, shown.result.drift], ['f-1', undefined, []]);
    assert.deepEqual(await stage.ask('keep', { change: 'f-2' }), { code: 'firewall.gone' });
  });

  test('that is killed with a lock-out in force takes it back when it starts', async (t) => {
    const stage = await open(t);
    let guardian = await stage.guardian();
    await stage.connect();
    await stage.ask('apply', change('f-1', GOOD));
    await stage.close();
    await until(async () => (await stage.connect()) === undefined);
    await stage.ask('keep', { change: 'f-1' });
    await stage.ask('apply', change('f-2', LOCKED));
    guardian.kill('SIGKILL');
    await ended(guardian);
    guardian = await stage.guardian();
    await stage.close();
    assert.equal(await stage.connect(), undefined);
    // A reboot: the kernel has forgotten everything.
    guardian.kill('SIGKILL');
    await ended(guardian);
    await stage.host.run('nft', 'delete', 'table', 'inet', 'muster');
    await stage.host.listen({ address: HOST, port: 81 });
    assert.ok(await stage.open(81));
    await stage.guardian();
    await stage.close();
    assert.deepEqual([await stage.connect(), await stage.open(81)], [undefined, false]);
  });

  test('leaves what others changed in its table, tells it, and refuses to overwrite it unasked', async (t) => {
    const stage = await open(t);
    await stage.guardian();
    await stage.connect();
    await stage.ask('apply', change('f-1', GOOD));
    await stage.close();
    await until(async () => (await stage.connect()) === undefined);
    await stage.ask('keep', { change: 'f-1' });
    const chains = await stage.host.run('nft', 'list', 'table', 'inet', 'muster');
    const chain = /chain (\w+) \{\s+type filter hook prerouting/.exec(chains)?.[1] as string;
    await stage.host.run('nft', 'insert', 'rule', 'inet', 'muster', chain, 'tcp', 'dport', '8080', 'accept');
    const { result } = (await stage.ask('show')) as { result: { drift: string[] } };
    assert.equal(result.drift.length, 1);
    assert.match(result.drift[0] as string, /^\+ .*8080/);
    assert.deepEqual(await stage.ask('apply', change('f-2', LOCKED)), { code: 'firewall.drift' });
    await sleep(50);
    assert.match(await stage.host.run('nft', 'list', 'table', 'inet', 'muster'), /tcp dport 8080 accept/);
    const overwrite = { ...change('f-2', GOOD), overwrite: result.drift };
    assert.ok('result' in (await stage.ask('apply', overwrite)));
    assert.doesNotMatch(await stage.host.run('nft', 'list', 'table', 'inet', 'muster'), /8080/);
  });
});
