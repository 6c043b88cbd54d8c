/** The units that are shipped: what they name exists, and what they allow is enough, and no more than that. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Firewall } from '../../src/firewall/firewall.ts';
import { openStage, PORT, type Stage } from '../agent/guardian/stage.ts';
import { ended } from '../integration/muster.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';

const NOBODY = 65_534;

/** The values of a unit, by their names. */
async function unit(name: string, more = ''): Promise<Map<string, string>> {
  const text = await readFile(new URL(`../../systemd/${name}.service${more}`, import.meta.url), 'utf8');
  return new Map(
    text
      .split('\n')
      .filter((line) => /^[A-Z]\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The capabilities that a unit names, as setpriv(1) takes them. */
const capabilities = (of: Map<string, string>, name: string): string =>
  [
    '-all',
    ...(of.get(name)?.split(' ') ?? []).map((one) => `+${one.replace('CAP_', '').toLowerCase()}`),
  ].join(',');

/** Changes the firewall, and keeps it over a new connection. */
async function keepOne(stage: Stage): Promise<void> {
  await until(async () => (await stage.connect()) === undefined);
  const rules = Firewall.parse({
    rules: [
      { id: 'ping', owner: 'muster', protocol: 'icmp' },
      { id: 'guardian', owner: 'muster', protocol: 'tcp', ports: [PORT] },
    ],
  });
  assert.ok('result' in (await stage.ask('apply', { change: 'f-1', by: 'reem', rules, keepWithin: 60_000 })));
  await stage.close();
  await until(async () => (await stage.connect()) === undefined);
  assert.ok('result' in (await stage.ask('keep', { change: 'f-1' })));
}

describe('the units', () => {
  test('start commands that there are, with folders of their own', async () => {
    for (const name of ['worker', 'guardian']) {
      const words = (await unit(`muster-${name}`)).get('ExecStart')?.split(' ') ?? [];
      const [env, muster, ...args] = words;
      assert.deepEqual([env, muster], ['/usr/bin/env', 'muster']);
      const main = new URL('../../dist/main.js', import.meta.url).pathname;
      const child = spawn(process.execPath, [main, ...args, '--help'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let text = '';
      for await (const chunk of child.stdout) text += String(chunk);
      for (const option of args.filter((word) => word.startsWith('--')))
        assert.ok(text.includes(`${option} <dir>`));
      assert.ok(args.includes(`/var/lib/muster-agent/${name}`));
      assert.ok((await unit(`muster-${name}`)).get('StateDirectory')?.includes(`muster-agent/${name}`));
    }
  });

  test('let the guardian administer the network and nothing else, and the worker all but that', async () => {
    const [guardian, worker] = [await unit('muster-guardian'), await unit('muster-worker')];
    assert.equal(guardian.get('CapabilityBoundingSet'), 'CAP_NET_ADMIN');
    assert.equal(guardian.get('AmbientCapabilities'), 'CAP_NET_ADMIN');
    assert.equal(guardian.get('DynamicUser'), 'yes');
    assert.equal(guardian.get('ProtectSystem'), 'strict');
    assert.equal(guardian.get('Nice'), '-10');
    assert.match(worker.get('CapabilityBoundingSet') ?? '', /^~.*\bCAP_NET_ADMIN\b/);
  });

  test('allow enough: a guardian with that alone changes a firewall and keeps it', {
    skip: needs(['ip', 'nft', 'root']),
  }, async (t) => {
    const set = capabilities(await unit('muster-guardian'), 'AmbientCapabilities');
    const stage = await openStage([
      ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'],
      ...[`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`],
    ]);
    t.after(() => stage.remove());
    await mkdir(stage.state, { mode: 0o700 });
    await chown(stage.state, NOBODY, NOBODY);
    await chmod(stage.folder, 0o711);
    await stage.guardian();
    await keepOne(stage);
    assert.match(await stage.host.run('nft', 'list', 'ruleset'), /table inet muster/);
  });

  test('let it be root for ufw, with no more than that: it changes a firewall, and loads ufw when it starts', {
    skip: needs(['ip', 'iptables', 'nft', 'ps', 'ufw', 'root']),
  }, async (t) => {
    const more = await unit('muster-guardian', '.d/ufw.conf');
    assert.equal(more.get('User'), 'root');
    assert.equal(more.get('Environment'), 'MUSTER_BACKEND=ufw');
    for (const right of ['CapabilityBoundingSet', 'AmbientCapabilities', 'NoNewPrivileges'])
      assert.equal(more.get(right), undefined);
    const set = capabilities(await unit('muster-guardian'), 'CapabilityBoundingSet');
    const stage = await openStage(
      ['setpriv', '--no-new-privs', `--inh-caps=${set}`, `--bounding-set=${set}`],
      'ufw',
    );
    t.after(() => stage.remove());
    const guardian = await stage.guardian();
    await keepOne(stage);
    assert.match(await stage.host.run('iptables-save', '-t', 'mangle'), /muster-published/);
    guardian.kill('SIGKILL');
    await ended(guardian);
    await stage.host.run('nft', 'flush', 'ruleset');
    await stage.guardian();
    await until(async () => (await stage.connect()) === undefined);
    assert.match(await stage.host.run('ip6tables-save', '-t', 'filter'), /ufw6-user-input -p tcp .*4227/);
    const shown = await stage.ask('show');
    assert.deepEqual('result' in shown && [shown.result.good, shown.result.drift], ['f-1', []]);
  });
});
