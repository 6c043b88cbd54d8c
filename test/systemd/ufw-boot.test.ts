/** A guardian by way of ufw, as it is installed, on a machine that a real systemd boots beside ufw's own unit. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Firewall } from '../../src/firewall/firewall.ts';
import { openIdentity } from '../../src/identity.ts';
import type { Answer } from '../agent/guardian/manager.ts';
import { HOST, PORT } from '../agent/guardian/stage.ts';
import { startManager } from '../agent/guardian/start-manager.ts';
import { outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMachine } from './machine.ts';

const UNITS = '/etc/systemd/system';
const PATIENT = { patience: 20_000 };

const letting = (port: number) =>
  Firewall.parse({
    rules: [
      { id: 'ping', owner: 'config', protocol: 'icmp' },
      { id: 'web', owner: 'config', protocol: 'tcp', ports: [PORT, port] },
    ],
  });

function resultOf(answer: Answer): Record<string, unknown> {
  assert.ok('result' in answer, JSON.stringify(answer));
  return answer.result;
}

test('a guardian by way of ufw may do what it has to, and after a power failure what was kept is in force', {
  skip: needs(['ip', 'iptables', 'nft', 'ps', 'systemd-nspawn', 'ufw', 'root']),
  timeout: 170_000,
}, async (t) => {
  const { outside, host, remove } = await outsideAndHost();
  t.after(remove);
  const folder = await mkdtemp(join(tmpdir(), 'muster-boot-'));
  t.after(() => rm(folder, { recursive: true }));
  const identity = await openIdentity(folder, 'muster');
  const manager = startManager(outside, identity);
  t.after(() => manager.end());
  const machine = await openMachine(host, {
    [`${UNITS}/multi-user.target.wants/ufw.service`]: { link: '/lib/systemd/system/ufw.service' },
    '/etc/ufw/ufw.conf': 'ENABLED=yes\nLOGLEVEL=low\n',
  });
  t.after(() => machine.remove());
  await machine.boot();
  const install = ['muster', 'agent', 'install', '--trust', identity.fingerprint];
  const said = await machine.run([...install, '--guardian', '--backend', 'ufw']);
  const key = /guardian: (SHA256:\S+)/.exec(said)?.[1] as string;
  const connect = async () => {
    await manager.close().catch(() => {});
    await until(
      async () => (await manager.connect({ address: HOST, port: PORT, key })) === undefined,
      'the guardian',
    );
  };
  const apply = (change: string, rules: Firewall) =>
    manager.ask('firewall.apply', { change, by: 'reem', rules, keepWithin: 3_600_000 });
  await machine.run(['ufw', 'allow', `${PORT}/tcp`]);
  for (const port of [8_001, 8_002]) await host.listen({ address: HOST, port });

  await connect();
  resultOf(await apply('f-1', letting(8_001)));
  await connect();
  resultOf(await manager.ask('firewall.keep', { change: 'f-1' }));
  resultOf(await apply('f-2', letting(8_002)));
  assert.equal(await outside.reach({ address: HOST, port: 8_002, ...PATIENT }), 'open');

  const pid = (
    await machine.run(['systemctl', 'show', '--value', '--property=MainPID', 'muster-guardian'])
  ).trim();
  const status = await machine.run(['cat', `/proc/${pid}/status`]);
  // Root, with CAP_NET_ADMIN and nothing else.
  assert.match(status, /^Uid:\s+0\b/m);
  assert.match(status, /^CapBnd:\s+0*1000$/m);
  assert.match(status, /^CapEff:\s+0*1000$/m);
  assert.match(status, /^NoNewPrivs:\s+1$/m);

  await machine.cut();
  await host.run('nft', 'flush', 'ruleset');
  await machine.boot();
  await connect();
  assert.equal(await outside.reach({ address: HOST, port: 8_001, ...PATIENT }), 'open');
  assert.equal(await outside.reach({ address: HOST, port: 8_002 }), 'silent');
  const { good, pending, drift } = resultOf(await manager.ask('firewall.show'));
  assert.deepEqual([good, pending, drift], ['f-1', undefined, []]);
  assert.match(await machine.run(['ufw', 'status']), /^Status: active$/m);
});
