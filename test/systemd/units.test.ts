/** The units that are shipped: what they name exists, and what they allow is enough, and no more than that. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Firewall } from '../../src/firewall/firewall.ts';
import { openStage, PORT } from '../agent/guardian/stage.ts';
import { needs } from '../needs.ts';
import { until } from '../until.ts';

const NOBODY = 65_534;

/** The values of a unit, by their names. */
async function unit(name: string): Promise<Map<string, string>> {
  const text = await readFile(new URL(`../../systemd/${name}.service`, import.meta.url), 'utf8');
  return new Map(
    text
      .split('\n')
      .filter((line) => /^[A-Z]\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
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
    assert.match(worker.get('CapabilityBoundingSet') ?? '', /^~.*\bCAP_NET_ADMIN\b/);
  });

  test('allow enough: a guardian with that alone changes a firewall and keeps it', {
    skip: needs(['ip', 'nft', 'root']),
  }, async (t) => {
    const allowed = (await unit('muster-guardian')).get('AmbientCapabilities')?.split(' ') ?? [];
    const set = ['-all', ...allowed.map((name) => `+${name.replace('CAP_', '').toLowerCase()}`)].join(',');
    const stage = await openStage([
      ...['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs'],
      ...[`--inh-caps=${set}`, `--ambient-caps=${set}`, `--bounding-set=${set}`],
    ]);
    t.after(() => stage.remove());
    await mkdir(stage.state, { mode: 0o700 });
    await chown(stage.state, NOBODY, NOBODY);
    await chmod(stage.folder, 0o711);
    await stage.guardian();
    await until(async () => (await stage.connect()) === undefined);
    const rules = Firewall.parse({
      rules: [{ id: 'guardian', owner: 'muster', protocol: 'tcp', ports: [PORT] }],
    });
    const change = { change: 'f-1', by: 'reem', rules, keepWithin: 60_000 };
    assert.ok('result' in (await stage.ask('apply', change)));
    await stage.close();
    await until(async () => (await stage.connect()) === undefined);
    assert.ok('result' in (await stage.ask('keep', { change: 'f-1' })));
    assert.match(await stage.host.run('nft', 'list', 'ruleset'), /table inet muster/);
  });
});
