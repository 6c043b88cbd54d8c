/** What a timer does otherwise than a guardian, and what only it has to. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ErrorCode, MusterError } from '../../../src/errors.ts';
import { Firewall } from '../../../src/firewall/firewall.ts';
import { guardedOverShell } from '../../../src/jobs/shell-guarding.ts';
import type { Shell } from '../../../src/shell.ts';
import { addNamespace, WITHOUT_SYSTEMD } from '../../namespaces.ts';
import { needs } from '../../needs.ts';
import { killTimersOf } from './guarded-host.ts';

const NEVER = new AbortController().signal;

const change = (id: string, port: number) => ({
  ...{ change: id, by: 'reem', keepWithin: 600_000, overwrite: [] },
  rules: Firewall.parse({ rules: [{ id: 'app', owner: 'config', protocol: 'tcp', ports: [port] }] }),
});

const rejects = (code: ErrorCode, what: Promise<unknown>) =>
  assert.rejects(what, (error: unknown) => error instanceof MusterError && error.code === code);

async function open(t: TestContext) {
  const host = await addNamespace();
  const top = await mkdtemp(join(tmpdir(), 'muster-timed-'));
  const folder = join(top, 'firewall');
  t.after(async () => {
    await killTimersOf(folder);
    await host.remove();
    await rm(top, { recursive: true });
  });
  const opened: string[] = [];
  const fresh = (): Shell => ({
    ...host.shell,
    run: (argv, options) => host.shell.run([...WITHOUT_SYSTEMD, ...argv], options),
    close: async () => void opened.push('closed'),
  });
  const guarding = guardedOverShell({
    shell: fresh(),
    fresh: () => {
      opened.push('opened');
      return fresh();
    },
    tools: { rollback: { folder }, nftables: { table: 'ours' } },
  });
  return { host, folder, guarding, opened };
}

describe('a firewall that a timer keeps', { skip: needs(['ip', 'nft', 'root']) }, () => {
  test("is in the table of the host's settings, and is kept over a way in that is closed again", async (t) => {
    const { host, guarding, opened } = await open(t);
    await guarding.apply(change('f-1', 80), NEVER);
    assert.deepEqual(opened, []);
    await guarding.keep('f-1', NEVER);
    assert.deepEqual(opened, ['opened', 'closed']);
    assert.equal(await host.run('nft', 'list', 'tables'), 'table inet ours\n');
    await rejects('firewall.gone', guarding.keep('f-2', NEVER));
    assert.deepEqual(opened.slice(2), ['opened', 'closed']);
  });

  test('is applied anew without a word where a restart took it, as nothing loads it at boot', async (t) => {
    const { host, guarding } = await open(t);
    await guarding.apply(change('f-1', 80), NEVER);
    await guarding.keep('f-1', NEVER);
    await host.run('nft', 'flush', 'ruleset');
    const { drift, fleeting } = await guarding.show(NEVER);
    assert.deepEqual([drift.length, fleeting], [1, true]);
    await guarding.apply(change('f-2', 80), NEVER);
    await guarding.keep('f-2', NEVER);
    assert.deepEqual((await guarding.show(NEVER)).drift, []);
  });

  test('does not overwrite a table by its name that somebody else made', async (t) => {
    const { host, guarding } = await open(t);
    await host.run('nft', 'add', 'table', 'inet', 'ours');
    const { drift, rules } = await guarding.show(NEVER);
    assert.deepEqual([drift.length, rules], [1, null]);
    await rejects('firewall.drift', guarding.apply(change('f-1', 80), NEVER));
    await guarding.apply({ ...change('f-1', 80), overwrite: drift }, NEVER);
  });

  test('is not said to be in force where it was cut off before it was', async (t) => {
    const { host, folder, guarding } = await open(t);
    await guarding.apply(change('f-1', 80), NEVER);
    await guarding.keep('f-1', NEVER);
    await guarding.apply(change('f-2', 81), NEVER);
    // As if it had got no further than to be noted.
    await host.run('nft', '-f', join(folder, 'good'));
    const { drift } = await guarding.show(NEVER);
    await rejects('firewall.drift', guarding.apply({ ...change('f-2', 81), overwrite: drift }, NEVER));
    await guarding.revert('f-2');
    await guarding.apply(change('f-2', 81), NEVER);
    assert.deepEqual((await guarding.show(NEVER)).drift, []);
  });
});
