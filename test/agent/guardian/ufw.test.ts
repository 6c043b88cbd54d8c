/** A guardian that keeps a host by way of ufw: what ufw cannot do, what people do with it meanwhile, and what it does not see. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CONTAINERS, Firewall } from '../../../src/firewall/firewall.ts';
import { lacksEngine, startEngine } from '../../engine.ts';
import { needs } from '../../needs.ts';
import { until } from '../../until.ts';
import { HOST, openStage, PORT, type Stage } from './stage.ts';

const MAIN = new URL('../../../dist/main.js', import.meta.url).pathname;
const PATIENT = { patience: 20_000 };
const ping = { id: 'ping', owner: 'config', protocol: 'icmp' };
const firewall = (...ports: number[]): Firewall =>
  Firewall.parse({
    zones: [CONTAINERS],
    rules: [
      ping,
      ...ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
    ],
  });
const change = (name: string, rules: Firewall, keepWithin = 60_000) => ({
  ...{ change: name, by: 'reem', rules, keepWithin },
});

async function open(t: TestContext): Promise<Stage> {
  const stage = await openStage([], 'ufw');
  t.after(() => stage.remove());
  await stage.guardian();
  await comeIn(stage);
  return stage;
}

/** Over a new connection. */
async function comeIn(stage: Stage): Promise<void> {
  await stage.close();
  await until(async () => (await stage.connect()) === undefined, 'a new connection');
}

async function applied(stage: Stage, name: string, rules: Firewall): Promise<void> {
  assert.ok('result' in (await stage.ask('apply', change(name, rules))));
  await comeIn(stage);
  assert.ok('result' in (await stage.ask('keep', { change: name })));
}

async function shown(stage: Stage): Promise<{ drift: string[]; good?: string; pending?: object }> {
  const answer = await stage.ask('show');
  assert.ok('result' in answer);
  return answer.result as { drift: string[] };
}

describe('a guardian by way of ufw', { skip: needs(['ip', 'iptables', 'nft', 'ps', 'ufw', 'root']) }, () => {
  test('refuses what ufw cannot do before anything changes, and all while it is switched off', async (t) => {
    const stage = await open(t);
    const rules = async () =>
      (await stage.host.run('sh', '-c', 'iptables-save; ip6tables-save')).match(/^-A .*$/gm);
    const before = await rules();
    const limited = Firewall.parse({
      rules: [
        ping,
        { id: 'a', owner: 'config', protocol: 'tcp', ports: [22], limit: { rate: 6, per: 'minute' } },
      ],
    });
    assert.deepEqual(await stage.ask('apply', change('f-1', limited)), { code: 'firewall.unsupported' });
    assert.deepEqual(await rules(), before);
    await stage.ufw?.run('disable');
    assert.deepEqual(await stage.ask('apply', change('f-1', firewall(PORT))), { code: 'firewall.off' });
    await stage.ufw?.run('--force', 'enable');
    await applied(stage, 'f-1', firewall(PORT));
    await stage.ufw?.run('disable');
    assert.deepEqual((await shown(stage)).drift, ['- ufw is switched off']);
    assert.deepEqual(await stage.ask('apply', change('f-2', firewall(PORT))), { code: 'firewall.drift' });
    const overwrite = { ...change('f-2', firewall(PORT)), overwrite: ['- ufw is switched off'] };
    assert.deepEqual(await stage.ask('apply', overwrite), { code: 'firewall.off' });
  });

  test('takes back a lock-out though others wrote rules meanwhile, and these stay', async (t) => {
    const stage = await open(t);
    await applied(stage, 'f-1', firewall(PORT));
    await stage.ask('apply', change('f-2', firewall(1), 15_000));
    await stage.ufw?.run('allow', '9999/tcp');
    await stage.close();
    assert.equal(await stage.connect(), 'host.unreachable');
    await comeIn(stage);
    const { good, pending, drift } = await shown(stage);
    assert.deepEqual([good, pending, drift], ['f-1', undefined, []]);
    assert.match((await stage.ufw?.run('show', 'added')) ?? '', /^ufw allow 9999\/tcp$/m);
  });

  test('that was the first one leaves ufw as people had it', async (t) => {
    const stage = await open(t);
    await stage.host.listen({ address: HOST, port: 80 });
    await stage.ask('apply', change('f-1', firewall(80), 60_000));
    assert.equal(await stage.outside.reach({ address: HOST, port: 80, ...PATIENT }), 'open');
    await stage.ask('revert', { change: 'f-1' });
    await comeIn(stage);
    assert.equal(await stage.outside.reach({ address: HOST, port: 80 }), 'silent');
    assert.doesNotMatch((await stage.ufw?.run('status')) ?? '', /muster/);
  });

  test('keeps what a Docker engine publishes past ufw to the same rules', {
    skip: lacksEngine('iptables'),
  }, async (t) => {
    const stage = await open(t);
    const engine = await startEngine(undefined, stage.host.name);
    t.after(() => engine.stop());
    const serve = ['muster/base', 'busybox', 'nc', '-ll', '-p', '80', '-e', 'cat'];
    const start = () =>
      engine.docker(
        'run',
        '--detach',
        '--name',
        'web',
        '--publish',
        '8080:80',
        '--publish',
        '8443:80',
        ...serve,
      );
    await start();
    const reach = (port: number, more: object = {}) => stage.outside.reach({ address: HOST, port, ...more });
    // The hole: ufw denies both, and asks nobody.
    assert.doesNotMatch((await stage.ufw?.run('status')) ?? '', /8080|8443/);
    assert.deepEqual([await reach(8080, PATIENT), await reach(8443, PATIENT)], ['open', 'open']);
    await applied(stage, 'f-1', firewall(PORT, 8080));
    assert.deepEqual([await reach(8080, PATIENT), await reach(8443)], ['open', 'silent']);
    await engine.restart();
    await engine.docker('rm', '--force', 'web');
    await start();
    assert.deepEqual([await reach(8080, PATIENT), await reach(8443)], ['open', 'silent']);
    assert.deepEqual((await shown(stage)).drift, []);
  });
});

test('a guardian by way of ufw says where ufw is not installed', async (t) => {
  const state = await mkdtemp(join(tmpdir(), 'muster-guardian-'));
  t.after(() => rm(state, { recursive: true }));
  const args = [MAIN, 'agent', 'guardian', '--backend', 'ufw', '--state', state, '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: state },
  });
  const exit = new Promise((resolve) => child.once('close', resolve));
  let text = '';
  for await (const chunk of child.stderr) text += String(chunk);
  assert.match(text, /^muster: ufw is missing\napt-get install ufw$/m);
  assert.equal(await exit, 1);
});
