/** Hosts that are added: pending, answered, trusted, on record; by a clock of the test's own, in a real Redis. */
import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { keepToken } from '../../../src/agent/enrolment.ts';
import { Host } from '../../../src/config/config.ts';
import type { EnrolledHost } from '../../../src/config/enrolled.ts';
import { Audit } from '../../../src/jobs/audit.ts';
import { type Added, Enrolments, type News } from '../../../src/jobs/enrolment/enrolments.ts';
import { MOST_TRIES, newToken, TOKEN_MS } from '../../../src/jobs/enrolment/handshake.ts';
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

const by = { person: 'reem', platform: 'telegram', chat: '-100', thread: '7' };
let names = 0;

async function open(t: TestContext) {
  const there = await openThere(t);
  const redis = server.connect();
  const ledger = new Ledger(redis);
  const audit = new Audit({ redis, ledger, scrubber: new Scrubber() });
  const store = new HostStore({ redis, ledger, audit });
  const told: { name: string; host: EnrolledHost; news: News }[] = [];
  let clock = Date.now();
  let dies = false;
  const enrolments = new Enrolments({
    store,
    identity: async () => there.manager,
    sshKeyFile: '/nonexistent',
    async tell(name, host, news) {
      if (dies) throw new Error('killed');
      told.push({ name, host, news });
    },
    log,
    now: () => clock,
  });
  names += 1;
  const name = `web-${names}`;
  const entry = (port: number, more: object = {}) =>
    Host.parse({ link: 'icp', address: '127.0.0.1', port, labels: ['docker'], ...more }) as Added['entry'];
  return {
    ...{ there, store, audit, told, enrolments, name, entry },
    refuse: (refused: boolean) => {
      dies = refused;
    },
    pass: (ms: number) => {
      clock += ms;
    },
    add: (port: number, more?: object) => enrolments.add(name, { entry: entry(port, more), by }),
    summaries: async () =>
      (await audit.latest(50, ({ scope }) => scope?.includes(`host/${name}`) === true))
        .map(({ person, summary }) => `${person}: ${summary}`)
        .reverse(),
  };
}

test('a host answers, is told of once where it was added, and is trusted by the key that was compared', async (t) => {
  const { there, enrolments, name, add, told, store, summaries, pass } = await open(t);
  const machine = await there.agent('machine');
  const { port } = machine.server;
  const { added: before } = await add(port);
  assert.equal(await enrolments.look(name, before), true, 'it has no token yet');
  pass(1);
  const { added, token } = await add(port);
  assert.equal(await enrolments.look(name, before), false, 'what was added before is not tried any more');
  await keepToken(machine.state, token as string);
  assert.equal(await enrolments.look(name, added), false);
  assert.deepEqual(
    told.map(({ news, host }) => [news.kind, host.seen.host, host.by]),
    [['answered', machine.identity.fingerprint, by]],
  );
  assert.equal((await store.find(name))?.token, undefined);
  await assert.rejects(enrolments.trust(name, [`SHA256:${'A'.repeat(43)}`], by), {
    code: 'host.fingerprint',
  });
  const key = machine.identity.fingerprint;
  assert.deepEqual(await enrolments.trust(name, [key.slice(0, 27)], by), { fresh: true });
  assert.deepEqual(await enrolments.trust(name, [key], by), { fresh: false });
  const host = await store.find(name);
  assert.deepEqual([host?.trusted, host?.entry.key], [true, key]);
  await assert.rejects(add(port), { code: 'host.known' });
  assert.deepEqual((await summaries()).slice(-2), [
    `muster: ${name} answers with ${key}`,
    `reem: ${name} trusted with ${key.slice(0, 27)}`,
  ]);
});

test('a host with a guardian has answered when both have, and both keys have to be named', async (t) => {
  const { there, enrolments, name, add, told, store } = await open(t);
  const [worker, guardian] = [await there.agent('worker'), await there.agent('guardian')];
  const { added, token } = await add(worker.server.port, {
    guardian: { address: '127.0.0.1', port: guardian.server.port },
  });
  await keepToken(worker.state, token as string);
  assert.equal(await enrolments.look(name, added), true);
  await assert.rejects(enrolments.trust(name, [worker.identity.fingerprint], by), { code: 'host.pending' });
  await keepToken(guardian.state, token as string);
  assert.equal(await enrolments.look(name, added), false);
  const keys = [worker.identity.fingerprint, guardian.identity.fingerprint];
  assert.equal(told.length, 1);
  await assert.rejects(enrolments.trust(name, keys.slice(0, 1), by), { code: 'host.fingerprint' });
  await enrolments.trust(name, keys.toReversed(), by);
  const { entry } = (await store.find(name)) as EnrolledHost;
  assert.deepEqual([entry.key, (entry.guardian as { key: string }).key], keys);
});

test('a host is waited for as long as its token counts, and then no more', async (t) => {
  const { there, enrolments, name, add, told, pass, store, summaries } = await open(t);
  const agent = await there.agent('web');
  const { added, token } = await add(agent.server.port);
  pass(TOKEN_MS);
  assert.equal(await enrolments.look(name, added), true);
  pass(1);
  assert.equal(await enrolments.look(name, added), false);
  assert.deepEqual(
    told.map(({ news }) => news.kind),
    ['lapsed'],
  );
  assert.equal((await store.find(name))?.token, undefined);
  await keepToken(agent.state, token as string);
  pass(-TOKEN_MS);
  assert.equal(await enrolments.look(name, added), false, 'what was given up stays so');
  assert.match((await summaries()).at(-1) ?? '', /is waited for no more/);
});

for (const kind of ['lapsed', 'answered', 'stranger'] as const)
  test(`a manager that is killed before it could tell "${kind}" leaves it to the next one to tell`, async (t) => {
    const { there, enrolments, name, add, told, pass, refuse } = await open(t);
    const agent = await there.agent('web', kind === 'stranger' ? newToken() : undefined);
    const { added, token } = await add(agent.server.port);
    if (kind === 'answered') await keepToken(agent.state, token as string);
    if (kind === 'lapsed') pass(TOKEN_MS + 1);
    refuse(true);
    for (let tries = kind === 'stranger' ? MOST_TRIES : 1; tries > 1; tries -= 1)
      assert.equal(await enrolments.look(name, added), true);
    await assert.rejects(enrolments.look(name, added), { message: 'killed' });
    refuse(false);
    assert.equal(await enrolments.look(name, added), false);
    assert.deepEqual(
      told.map(({ news }) => news.kind),
      [kind],
    );
  });

test('somebody who answers and knows no token is heard so often and no more, and told of with their key', async (t) => {
  const { there, enrolments, name, add, told } = await open(t);
  const impostor = await there.agent('impostor', newToken());
  const { added } = await add(impostor.server.port);
  for (let tries = 1; tries < MOST_TRIES; tries += 1) assert.equal(await enrolments.look(name, added), true);
  assert.equal(await enrolments.look(name, added), false);
  assert.deepEqual(
    told.map(({ news }) => news),
    [{ kind: 'stranger', fingerprint: impostor.identity.fingerprint }],
  );
  await assert.rejects(enrolments.trust(name, [impostor.identity.fingerprint], by), { code: 'host.pending' });
});

test('what two managers do at once is done once', async (t) => {
  const { there, enrolments, name, add, store, summaries } = await open(t);
  const machine = await there.agent('machine');
  const { added, token } = await add(machine.server.port);
  await keepToken(machine.state, token as string);
  await enrolments.look(name, added);
  const key = machine.identity.fingerprint;
  const fresh = await Promise.all(Array.from({ length: 5 }, () => enrolments.trust(name, [key], by)));
  assert.equal(fresh.filter((one) => one.fresh).length, 1);
  assert.equal((await summaries()).filter((one) => one.includes('trusted')).length, 1);
  const before = await store.version();
  await store.change(name, { by, summary: 'nothing' }, (host) => host);
  assert.equal(await store.version(), before);
});

test('nobody is trusted whom nobody added', async (t) => {
  const { enrolments } = await open(t);
  await assert.rejects(enrolments.trust('web-0', [`SHA256:${'A'.repeat(43)}`], by), {
    code: 'config.unknown',
  });
});
