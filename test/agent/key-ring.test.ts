/** An agent changes its key: until a manager has come in by the new one, the old one counts, whatever happens in between. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Channel } from '../../src/adapters/icp/channel.ts';
import { connect } from '../../src/adapters/icp/client.ts';
import type { Agent } from '../../src/agent/agent.ts';
import { openDaemon } from '../../src/agent/daemon.ts';
import { trust } from '../../src/agent/trusted.ts';
import { openIdentity } from '../../src/identity.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { until } from '../until.ts';

const log = createLog({ level: 'silent', scrubber: new Scrubber() });

async function open(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-ring-'));
  const manager = await openIdentity(join(folder, 'manager'), 'muster');
  const state = join(folder, 'agent');
  await trust(state, [manager.fingerprint]);
  let agent: Agent | undefined;
  t.after(async () => {
    await agent?.close();
    await rm(folder, { recursive: true });
  });
  const start = async () => {
    await agent?.close();
    agent = await openDaemon({ state, address: '127.0.0.1', port: 0, log }, 'worker', {});
    return agent;
  };
  const { identity } = await start();
  /** Over a connection of its own: the keys that count, and whether the next one is asked for. */
  const over = async <T>(
    keys: { key?: string; next?: string; askNext?: boolean },
    use: (channel: Channel) => Promise<T>,
  ): Promise<T> => {
    const port = agent?.server.port as number;
    const where = { host: 'web-2', address: '127.0.0.1', port, identity: manager };
    // The agent may take a moment to notice that the one before has left.
    const channel = await until(() =>
      connect({ ...where, ...keys }).catch((error): undefined => {
        if (error.code !== 'icp.busy') throw error;
      }),
    );
    return use(channel).finally(() => channel.close());
  };
  const shown = (keys: { key?: string; next?: string; askNext?: boolean }) =>
    over(keys, async (channel) => channel.ends.theirs);
  const renew = (key: string) =>
    over({ key }, async (channel) => (await channel.request('key.renew', {})).fingerprint as string);
  const confirm = (key: string, askNext = true) =>
    over({ key, askNext }, (channel) => channel.request('key.confirm', { fingerprint: key }));
  return { state, old: identity.fingerprint, start, shown, over, renew, confirm };
}

test('the next key is shown to whoever asks for it, and to nobody else', async (t) => {
  const { old, renew, shown, state } = await open(t);
  const next = await renew(old);
  assert.notEqual(next, old);
  assert.equal(await renew(old), next, 'asked for again it is the same');
  assert.equal(await shown({ key: old }), old);
  assert.equal(await shown({ key: next, askNext: true }), next);
  await assert.rejects(shown({ key: old, askNext: true }), { code: 'host.key.changed' });
  assert.equal((await stat(join(state, 'keys', 'worker.next.key'))).mode & 0o777, 0o600);
});

test('it counts once it was confirmed over a connection on which it was shown', async (t) => {
  const { old, renew, shown, over, confirm, start } = await open(t);
  const next = await renew(old);
  await assert.rejects(
    over({ key: old }, (channel) => channel.request('key.confirm', { fingerprint: next })),
    { code: 'icp.message' },
  );
  assert.equal(await shown({ key: old }), old);
  await confirm(next);
  assert.equal(await shown({ key: next }), next);
  await assert.rejects(shown({ key: old }), { code: 'host.key.changed' });
  await confirm(next, false);
  await start();
  assert.equal(await shown({ key: next }), next);
  assert.notEqual(await renew(next), next);
});

test('an agent that starts again in between shows both, each to whom it is due', async (t) => {
  const { old, renew, shown, confirm, start } = await open(t);
  const next = await renew(old);
  await start();
  assert.equal(await shown({ key: old, next }), old);
  assert.equal(await shown({ key: next, askNext: true }), next);
  await confirm(next);
  assert.equal(await shown({ key: old, next }), next, 'whoever knows both gets in before and after');
});
