/** The shipped units on a machine that a real systemd boots: what is in force after the power failed, and what each may do. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AGENT_PORT } from '../../src/config/config.ts';
import { Firewall } from '../../src/firewall/firewall.ts';
import { type Identity, openIdentity } from '../../src/identity.ts';
import { inspectHost } from '../../src/jobs/host/inspect.ts';
import { syncKeys } from '../../src/jobs/keys/write.ts';
import { joinOverlay, leaveOverlay } from '../../src/jobs/overlay/join.ts';
import type { PlannedStep } from '../../src/jobs/step.ts';
import { type Standing, WireGuardMembership } from '../../src/overlay.ts';
import type { Answer } from '../agent/guardian/manager.ts';
import { HOST, PORT } from '../agent/guardian/stage.ts';
import { type Manager, startManager } from '../agent/guardian/start-manager.ts';
import { type Namespace, outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { type Machine, openMachine } from './machine.ts';

const skip = needs(['ip', 'nft', 'systemd-nspawn', 'root']);
const TRUSTED = {
  guardian: '/var/lib/private/muster-agent/guardian/trusted',
  worker: '/var/lib/muster-agent/worker/trusted',
};

/** Stands for what brings the network up: notes what is filtered when its turn comes. */
const NETWORK = `[Unit]
After=network-pre.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'nft list ruleset > /run/before-network'
`;

interface Room {
  outside: Namespace;
  host: Namespace;
  machine: Machine;
  manager: Manager;
  /** The key of a daemon, once it runs. */
  keyOf(daemon: 'guardian' | 'worker'): Promise<string>;
}

/** A booted machine with both daemons, which trust the manager outside. */
async function openRoom(t: TestContext): Promise<Room> {
  const undo: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const act of undo.reverse()) await act();
  });
  const { outside, host, remove } = await outsideAndHost();
  undo.push(remove);
  const folder = await mkdtemp(join(tmpdir(), 'muster-boot-'));
  undo.push(() => rm(folder, { recursive: true }));
  const identity: Identity = await openIdentity(folder, 'muster');
  const manager = startManager(outside, identity);
  undo.push(() => manager.end());
  const unit = (name: string) => readFile(new URL(`../../systemd/${name}`, import.meta.url), 'utf8');
  const files: Record<string, string | { link: string }> = {};
  const add = (name: string, text: string) => {
    files[`/etc/systemd/system/${name}`] = text;
    files[`/etc/systemd/system/multi-user.target.wants/${name}`] = { link: `/etc/systemd/system/${name}` };
  };
  for (const daemon of ['guardian', 'worker'] as const) {
    add(`muster-${daemon}.service`, await unit(`muster-${daemon}.service`));
    files[TRUSTED[daemon]] = `${identity.fingerprint}\n`;
  }
  add('muster-test-network.service', NETWORK);
  const machine = await openMachine(host, files);
  undo.push(() => machine.remove());
  await machine.boot();
  return {
    ...{ outside, host, machine, manager },
    async keyOf(daemon) {
      const said = ['journalctl', '--output=cat', '--no-pager', `--unit=muster-${daemon}`];
      return until(async () => /Its key is (\S+)/.exec(await machine.run(said))?.[1], `the ${daemon} to run`);
    },
  };
}

function resultOf(answer: Answer): Record<string, unknown> {
  assert.ok('result' in answer, JSON.stringify(answer));
  return answer.result;
}

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIKLAX1uL2fM4zemvmNt6T42cN2jkB6JS18cmgxH1uabY';

let steps = 0;

/** Has the worker carry a step out. */
function carryOut(manager: Manager, step: PlannedStep): Promise<Answer> {
  steps += 1;
  const run = `r-${steps}`;
  return manager.ask('step.run', {
    job: { ...step, run, origin: run, direction: 'do', stage: 0, index: 0 },
    ...{ attempt: 1, again: false, cancelled: false, tools: {}, logins: {}, language: 'en' },
  });
}

const letting = (...ports: number[]) =>
  Firewall.parse({
    rules: [PORT, ...ports].map((port) => ({
      id: `port-${port}`,
      owner: 'config/test',
      protocol: 'tcp',
      ports: [port],
    })),
  });

describe('a machine with the shipped units', { skip, timeout: 170_000 }, () => {
  test('after a power failure has in force what was kept, before its network is up, and nothing that was not', async (t) => {
    const { outside, host, machine, manager, keyOf } = await openRoom(t);
    const guardian = { address: HOST, port: PORT, key: await keyOf('guardian') };
    const connect = async () => {
      await manager.close().catch(() => {});
      await until(async () => (await manager.connect(guardian)) === undefined, 'the guardian');
    };
    const apply = (change: string, rules: Firewall) =>
      manager.ask('firewall.apply', { change, by: 'reem', rules, keepWithin: 3_600_000 });
    await host.listen({ address: HOST, port: 8_001 });
    await host.listen({ address: HOST, port: 8_002 });

    await connect();
    resultOf(await apply('f-1', letting(8_001)));
    await connect();
    resultOf(await manager.ask('firewall.keep', { change: 'f-1' }));
    resultOf(await apply('f-2', letting(8_002)));
    assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'open');

    await machine.cut();
    // What the kernel filtered goes with it.
    await host.run('nft', 'flush', 'ruleset');
    assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'open');
    await machine.boot();
    await connect();
    assert.equal(await outside.reach({ address: HOST, port: 8_001 }), 'open');
    assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'silent');
    const { good, drift } = resultOf(await manager.ask('firewall.show'));
    assert.deepEqual([good, drift], ['f-1', []]);

    const filtered = await machine.run(['cat', '/run/before-network']);
    assert.match(filtered, /8001/);
    assert.doesNotMatch(filtered, /8002/);
  });

  test("carries out the worker's steps, which may not touch the network's administration", async (t) => {
    const { machine, manager, keyOf } = await openRoom(t);
    const worker = { address: HOST, port: AGENT_PORT, key: await keyOf('worker') };
    await until(async () => (await manager.connect(worker)) === undefined, 'the worker');
    resultOf(await carryOut(manager, inspectHost({ host: 'web-2', needs: ['engine'] })));
    const key = { type: 'ssh-ed25519', data: KEY, person: 'reem' };
    const keys = [{ key, from: ['builders file'], held: [] }];
    const who = {
      host: 'web-2',
      user: 'root',
      groups: ['builders'],
      sources: ['builders file'],
      remarks: [],
    };
    resultOf(await carryOut(manager, syncKeys({ ...who, keys })));
    const file = await machine.run(['cat', '/root/.ssh/authorized_keys']);
    assert.ok(file.split('\n').includes(`ssh-ed25519 ${KEY} reem`), file);

    const pid = (
      await machine.run(['systemctl', 'show', '--value', '--property=MainPID', 'muster-worker'])
    ).trim();
    // Whatever it begins has what it has itself, and no more.
    const status = await machine.run([
      'grep',
      '-E',
      '^(CapEff|CapBnd|NoNewPrivs|Seccomp):',
      `/proc/${pid}/status`,
    ]);
    const effective = BigInt(`0x${/CapEff:\s+([0-9a-f]+)/.exec(status)?.[1]}`);
    const NET_ADMIN = 12n;
    const CHOWN = 0n;
    assert.equal((effective >> NET_ADMIN) & 1n, 0n);
    assert.equal((effective >> CHOWN) & 1n, 1n);
    assert.match(status, /NoNewPrivs:\s+1/);
  });

  test('joins an overlay network by its worker, is in it again after a power failure, and leaves', {
    skip: needs(['wg', 'wireguard-go']),
  }, async (t) => {
    const { machine, manager, keyOf } = await openRoom(t);
    const worker = { address: HOST, port: AGENT_PORT, key: await keyOf('worker') };
    const connect = () => until(async () => (await manager.connect(worker)) === undefined, 'the worker');
    const membership = WireGuardMembership.parse({
      ...{ kind: 'wireguard', name: 'build', address: '10.80.0.1', prefix: 24, port: 51_820, keepalive: 25 },
      peers: [
        { host: 'web-3', key: `${'A'.repeat(43)}=`, address: '10.80.0.2', endpoint: '10.66.0.1:51820' },
      ],
    });
    const peers = () => machine.run(['wg', 'show', 'wg-build', 'allowed-ips']);
    await connect();
    const { result } = resultOf(await carryOut(manager, joinOverlay({ host: 'web-2', membership })));
    assert.equal((result as Standing).state, 'up');
    assert.match(await peers(), /\t10\.80\.0\.2\/32\n$/);
    assert.match(await machine.run(['ip', 'address', 'show', 'dev', 'wg-build']), /inet 10\.80\.0\.1\/24/);

    // What is in it changes, and it goes on.
    const alone = { ...membership, peers: [] };
    resultOf(await carryOut(manager, joinOverlay({ host: 'web-2', membership: alone })));
    assert.equal(await peers(), '');
    resultOf(await carryOut(manager, joinOverlay({ host: 'web-2', membership })));

    await machine.cut();
    await machine.boot();
    await until(async () => (await peers().catch(() => '')).includes('10.80.0.2'), 'the overlay');
    await connect();
    resultOf(await carryOut(manager, leaveOverlay({ host: 'web-2', membership })));
    await assert.rejects(machine.run(['ip', 'link', 'show', 'dev', 'wg-build']), /does not exist/);
  });
});
