/** A host changes its keys, and whatever is cut off in between, it can be reached and the change goes on. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { connect } from '../../../src/adapters/icp/client.ts';
import { AgentLink } from '../../../src/adapters/icp/link.ts';
import { trustedNow } from '../../../src/agent/trusted.ts';
import type { EnrolledHost } from '../../../src/config/enrolled.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { HostKeys } from '../../../src/jobs/enrolment/keys.ts';
import { HostStore } from '../../../src/jobs/enrolment/store.ts';
import { Ledger } from '../../../src/jobs/ledger.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';
import { log, openThere } from './there.ts';

let server: TestRedis;
before(async () => {
  server = await startRedis();
});
after(() => server.stop());
let names = 0;

/** A host that is trusted, and a manager that dies (its work rejects) where a test says. */
async function open(t: TestContext) {
  const there = await openThere(t);
  const agent = await there.agent('web');
  const redis = server.connect();
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
  const store = new HostStore({ redis, ledger, audit });
  names += 1;
  const name = `web-${names}`;
  const { port } = agent.server;
  const host: EnrolledHost = {
    entry: { link: 'icp', address: '127.0.0.1', port, key: agent.identity.fingerprint, labels: [] },
    ...{ trusted: true, by: { person: 'reem', platform: 'console', chat: 'console' } },
    ...{ added: new Date().toISOString(), until: 0, wrong: 0, seen: {}, next: {} },
  };
  await store.change(name, undefined, () => host);
  const dies = { at: '' };
  const may = (place: string) => {
    if (dies.at === place) throw new Error(`killed at ${place}`);
  };
  const where = { host: name, address: '127.0.0.1', port, identity: there.manager };
  const known = async () => {
    const { entry, next } = (await store.find(name)) as EnrolledHost;
    return { key: entry.key as string, next: next.host };
  };
  const links: AgentLink[] = [];
  t.after(async () => {
    for (const link of links) await link.close();
  });
  /** A manager as it starts. */
  const manager = (inFile = false) => {
    const link = new AgentLink(async () => ({ ...where, ...(await known()) }));
    links.push(link);
    const byNext = async (key: string) => {
      may('before the new key was shown');
      const channel = await connect({ ...where, key, askNext: true });
      const request = channel.request.bind(channel);
      channel.request = async (...asked) => {
        const answer = await request(...asked);
        if (dies.at === 'after the agent changed') await channel.close();
        may('after the agent changed');
        return answer;
      };
      return channel;
    };
    const refresh = async () => {
      const stands = await store.find(name);
      if (stands?.next.host !== undefined) may('after the new key was noted');
    };
    const keys = new HostKeys({
      ...{ store, refresh, log, agents: () => ({ host: { link, byNext } }) },
      managers: async () => [there.manager.fingerprint],
      inFile: () => inFile,
    });
    return { keys, link };
  };
  return { there, agent, store, name, dies, known, manager };
}

test('a host changes its key, which is on record, and the old one opens nothing', async (t) => {
  const { agent, name, known, manager, there } = await open(t);
  const old = agent.identity.fingerprint;
  const { keys } = manager();
  const [fresh] = await keys.rotate(name);
  assert.notEqual(fresh, old);
  assert.deepEqual(await known(), { key: fresh, next: undefined });
  const { port } = agent.server;
  const where = { host: name, address: '127.0.0.1', port, identity: there.manager };
  await assert.rejects(connect({ ...where, key: old }), { code: 'host.key.changed' });
  const [third] = await keys.rotate(name);
  assert.notEqual(third, fresh);
});

for (const place of [
  'after the new key was noted',
  'before the new key was shown',
  'after the agent changed',
])
  test(`a manager that is killed ${place} leaves a host that the next one reaches, and whose key it changes`, async (t) => {
    const { name, dies, known, manager, agent } = await open(t);
    const old = agent.identity.fingerprint;
    dies.at = place;
    const first = manager();
    await assert.rejects(first.keys.rotate(name), { message: `killed at ${place}` });
    await first.link.close();
    dies.at = '';
    const next = manager();
    const shown = await next.link.with(undefined, async ({ ends }) => ends.theirs);
    const stands = await known();
    assert.ok([stands.key, stands.next].includes(shown));
    const [fresh] = await next.keys.rotate(name);
    assert.deepEqual(await known(), { key: fresh, next: undefined });
    assert.notEqual(fresh, old);
    await next.link.renew();
    assert.equal(await next.link.with(undefined, async ({ ends }) => ends.theirs), fresh);
  });

test('a host that is removed lets nobody of ours in any more, and is forgotten, also where it does not answer', async (t) => {
  const { name, manager, agent, store, there } = await open(t);
  const { keys } = manager();
  assert.deepEqual(await keys.remove(name), { left: undefined });
  assert.ok(!trustedNow(agent.state).includes(there.manager.fingerprint));
  assert.equal(await store.find(name), undefined);
  assert.deepEqual(await keys.remove(name), {}, 'again it is nothing');
  const gone = await open(t);
  await gone.agent.close();
  assert.deepEqual(await gone.manager().keys.remove(gone.name), { left: 'agents' });
  assert.equal(await gone.store.find(gone.name), undefined);
});

test('a host whose entry a file has taken over lets Muster in as before when the one of the chat is removed', async (t) => {
  const { name, manager, agent, store, there } = await open(t);
  const { keys } = manager(true);
  await assert.rejects(keys.rotate(name), { code: 'host.configured' });
  assert.deepEqual(await keys.remove(name), { left: 'file' });
  assert.ok(trustedNow(agent.state).includes(there.manager.fingerprint));
  assert.equal(await store.find(name), undefined);
});

test('of a host over ssh that is removed, it is said that it still lets Muster log in', async (t) => {
  const { name, manager, store } = await open(t);
  await store.change(name, undefined, (host) => host && { ...host, entry: { ...host.entry, link: 'ssh' } });
  assert.deepEqual(await manager().keys.remove(name), { left: 'login' });
});
