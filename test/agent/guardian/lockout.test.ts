/** The guardian as a process of the built program, on real nftables in network namespaces: nobody stays locked out. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openIdentity } from '../../../src/adapters/icp/identity.ts';
import { Firewall } from '../../../src/firewall.ts';
import { ended } from '../../integration/muster.ts';
import { outsideAndHost } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';
import type { Answer, Order } from './manager.ts';

const MAIN = new URL('../../../dist/main.js', import.meta.url).pathname;
const MANAGER = new URL('./manager.ts', import.meta.url).pathname;
const PORT = 4227;

const firewall = (...ports: number[]): Firewall =>
  Firewall.parse({
    rules: ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
  });
/** Lets in who may keep it, and the app. */
const GOOD = firewall(PORT, 80);
/** Lets in nobody who may keep it. */
const LOCKED = firewall(80);

async function openStage(t: TestContext) {
  const { outside, host, remove } = await outsideAndHost();
  const folder = await mkdtemp(join(tmpdir(), 'muster-guardian-'));
  const children = new Set<ChildProcess>();
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all([...children].map(ended));
    await remove();
    await rm(folder, { recursive: true });
  });
  const within = (name: string, ...argv: string[]) => {
    const child = spawn('nsenter', [`--net=/run/netns/${name}`, '--', ...argv], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const identity = await openIdentity(join(folder, 'keys'), 'muster');
  const manager = within(
    outside.name,
    process.execPath,
    '--import',
    'tsx',
    MANAGER,
    JSON.stringify(identity),
  );
  const answers = new Map<number, (answer: Answer) => void>();
  createInterface({ input: manager.stdout! }).on('line', (line) => {
    const { id, answer } = JSON.parse(line) as { id: number; answer: Answer };
    answers.get(id)?.(answer);
  });
  let orders = 0;
  const order = (what: Order): Promise<Answer> =>
    new Promise((resolve) => {
      orders += 1;
      answers.set(orders, resolve);
      manager.stdin!.write(`${JSON.stringify({ id: orders, order: what })}\n`);
    });
  let key = '';
  const guardian = async (): Promise<ChildProcess> => {
    const args = ['agent', 'guardian', '--state', join(folder, 'guardian'), '--trust', identity.fingerprint];
    const child = within(host.name, process.execPath, MAIN, ...args);
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += String(chunk);
    });
    key = await until(() => /Its key is (\S+)/.exec(text)?.[1], 'the guardian');
    return child;
  };
  return {
    outside,
    host,
    guardian,
    connect: () => order({ do: 'connect', address: '10.66.0.2', port: PORT, key }),
    close: () => order({ do: 'close' }),
    ask: (command: string, data: object = {}) =>
      order({ do: 'request', command: `firewall.${command}`, data }),
    /** Whether somebody outside gets an answer from a port. */
    open: async (port: number) => (await outside.reach({ address: '10.66.0.2', port })) === 'open',
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
    const stage = await openStage(t);
    await stage.guardian();
    await stage.host.listen({ address: '10.66.0.2', port: 80 });
    await stage.host.listen({ address: '10.66.0.2', port: 81 });
    await stage.connect();
    assert.ok('result' in (await stage.ask('apply', change('f-1', GOOD))));
    assert.deepEqual(await stage.ask('keep', { change: 'f-1' }), { code: 'firewall.same' });
    await stage.close();
    await until(async () => 'result' in (await stage.connect()), 'a new connection');
    assert.ok('result' in (await stage.ask('keep', { change: 'f-1' })));
    assert.deepEqual([await stage.open(80), await stage.open(81)], [true, false]);

    await stage.ask('apply', change('f-2', LOCKED, 7_000));
    await stage.close();
    assert.deepEqual(await stage.connect(), { code: 'host.unreachable' });
    await until(async () => 'result' in (await stage.connect()), 'the way in');
    const shown = (await stage.ask('show')) as { result: Record<string, unknown> };
    assert.deepEqual([shown.result.good, shown.result.pending, shown.result.drift], ['f-1', undefined, []]);
    assert.deepEqual(await stage.ask('keep', { change: 'f-2' }), { code: 'firewall.gone' });
  });

  test('that is killed with a lock-out in force takes it back when it starts', async (t) => {
    const stage = await openStage(t);
    let guardian = await stage.guardian();
    await stage.connect();
    await stage.ask('apply', change('f-1', GOOD));
    await stage.close();
    await until(async () => 'result' in (await stage.connect()));
    await stage.ask('keep', { change: 'f-1' });
    await stage.ask('apply', change('f-2', LOCKED));
    guardian.kill('SIGKILL');
    await ended(guardian);
    guardian = await stage.guardian();
    await stage.close();
    assert.ok('result' in (await stage.connect()));
    // A reboot: the kernel has forgotten everything.
    guardian.kill('SIGKILL');
    await ended(guardian);
    await stage.host.run('nft', 'delete', 'table', 'inet', 'muster');
    await stage.host.listen({ address: '10.66.0.2', port: 81 });
    assert.ok(await stage.open(81));
    await stage.guardian();
    await stage.close();
    assert.deepEqual(['result' in (await stage.connect()), await stage.open(81)], [true, false]);
  });

  test('leaves what others changed in its table, tells it, and refuses to overwrite it unasked', async (t) => {
    const stage = await openStage(t);
    await stage.guardian();
    await stage.connect();
    await stage.ask('apply', change('f-1', GOOD));
    await stage.close();
    await until(async () => 'result' in (await stage.connect()));
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
