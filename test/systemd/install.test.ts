/** `muster agent install` on a machine that a real systemd boots: both daemons run, are who they said they are, and come back after the power failed. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openIdentity } from '../../src/identity.ts';
import { digestOf, newNonce, newToken, Proved, proves } from '../../src/jobs/enrolment/handshake.ts';
import { HOST } from '../agent/guardian/stage.ts';
import { startManager } from '../agent/guardian/start-manager.ts';
import { outsideAndHost } from '../namespaces.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';
import { openMachine } from './machine.ts';

const PORTS = { worker: 4226, guardian: 4227 };

test('the daemons that are installed run, prove whose they are, and come back', {
  skip: needs(['ip', 'nft', 'systemd-nspawn', 'root']),
  timeout: 300_000,
}, async (t) => {
  const undo: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    for (const act of undo.reverse()) await act();
  });
  const { outside, host, remove } = await outsideAndHost();
  undo.push(remove);
  const folder = await mkdtemp(join(tmpdir(), 'muster-installed-'));
  undo.push(() => rm(folder, { recursive: true }));
  const identity = await openIdentity(folder, 'muster');
  const manager = startManager(outside, identity);
  undo.push(() => manager.end());
  const machine = await openMachine(host, {});
  undo.push(() => machine.remove());
  await machine.boot();
  const install = (typed: string) =>
    machine.run([
      ...['muster', 'agent', 'install', '--trust', identity.fingerprint, '--token', typed, '--guardian'],
    ]);
  const said = await install(newToken());
  // Again, as after another `/host add`: what is written now has to belong to whom the folders belong to by now.
  const folders = () => machine.run(['ls', '/var/lib/private/muster-agent']).catch(() => '');
  await until(async () => (await folders()).includes('guardian'), 'systemd to give the folder away');
  const token = newToken();
  const again = await install(token);
  assert.ok(again.endsWith(said.slice(said.indexOf('Compare'))), again);
  assert.match(said, /Started: muster-worker\.service, muster-guardian\.service\./);
  const keyOf = (name: string) => new RegExp(`${name}: (SHA256:\\S+)`).exec(said)?.[1] as string;
  const connected = async (name: keyof typeof PORTS) => {
    const agent = { address: HOST, port: PORTS[name], key: keyOf(name) };
    await until(
      async () => (await manager.connect(agent)) === undefined,
      `the ${name}, by the key it printed`,
    );
  };
  for (const name of ['worker', 'guardian'] as const) {
    await connected(name);
    const nonce = newNonce();
    const answer = await manager.ask('enrol.prove', { nonce });
    assert.ok('result' in answer, JSON.stringify(answer));
    const proved = Proved.parse(answer.result);
    const keys = { manager: identity.fingerprint, agent: keyOf(name) };
    const claim = { digest: digestOf(token), side: 'agent', nonces: [nonce, proved.nonce], ...keys } as const;
    assert.ok(proves(proved.proof, claim));
    await manager.close();
  }
  await machine.cut();
  await machine.boot();
  for (const name of ['worker', 'guardian'] as const) {
    await connected(name);
    await manager.close();
  }
  const started = (await machine.run(['ps', '-e', '-o', 'args']))
    .split('\n')
    .filter((one) => / agent /.test(one));
  assert.equal(started.length, 2, started.join('\n'));
  assert.ok(!started.join().includes(token));
});
