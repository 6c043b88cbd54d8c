import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { Authority } from '../../src/adapters/gate/authority.ts';
import type { Route } from '../../src/adapters/gate/route.ts';
import { Connection } from '../../src/client/connection.ts';
import { Identities } from '../../src/client/identity.ts';
import { HUB_FILES } from '../../src/hub-place.ts';
import { CALLER, openTestGate, type TestGate } from '../gate.ts';
import { Container } from './container.ts';

const WHO: Route = {
  for: 'container',
  method: 'GET',
  path: '/who',
  answer: async ({ caller }) => ({ body: caller }),
};

describe('the identity of a container', () => {
  let gate: TestGate;
  let state: string;
  let container: Container;
  before(async () => {
    gate = await openTestGate([WHO]);
  });
  after(() => gate.stop());
  beforeEach(async () => {
    gate.clock.ahead = 0;
    gate.live.is = true;
    state = await mkdtemp(join(tmpdir(), 'muster-state-'));
    container = await Container.create('');
    await container.mount(gate.authority.issue(CALLER));
  });
  afterEach(async () => {
    await rm(state, { recursive: true });
    await container.stop();
  });
  const mounted = () => container.path('hub');
  const who = async (connection: Connection) =>
    (await connection.ask({ method: 'GET', path: '/who' })).status;

  test('is renewed before it runs out, is used from then on, and lasts over a start', async () => {
    const identities = new Identities(mounted(), state);
    const connection = new Connection(identities);
    assert.equal(await who(connection), 200);
    const first = identities.current;
    gate.clock.ahead = 3_000_000;
    assert.equal(await connection.renew(), true);
    assert.notEqual(identities.current.key, first.key);
    gate.clock.ahead = 4_000_000;
    assert.equal(await who(connection), 200);
    connection.close();
    assert.equal((await stat(join(state, 'identity.json'))).mode & 0o777, 0o600);
    const again = new Connection(new Identities(mounted(), state));
    assert.equal(await who(again), 200);
    again.close();
    const without = new Connection(new Identities(mounted(), undefined));
    assert.equal(await who(without), 401);
    without.close();
  });

  test('is not renewed for a generation that is not live any more', async () => {
    const identities = new Identities(mounted(), state);
    const connection = new Connection(identities);
    gate.live.is = false;
    const { certificate } = identities.current;
    assert.equal(await connection.renew(), false);
    assert.equal(identities.current.certificate, certificate);
    connection.close();
  });

  test('is the one that is mounted where that is newer, and where the other is of another caller', async () => {
    const identities = new Identities(mounted(), state);
    const connection = new Connection(identities);
    gate.clock.ahead = 60_000;
    await connection.renew();
    const renewed = identities.current.certificate;
    gate.clock.ahead = 120_000;
    const newer = gate.authority.issue(CALLER);
    await container.mount(newer);
    await utimes(join(mounted(), HUB_FILES.certificate), 2e9, 2e9);
    assert.equal(identities.refresh(), true);
    assert.equal(identities.current.certificate, newer.certificate);
    assert.equal(identities.refresh(), false);
    assert.notEqual(renewed, newer.certificate);
    gate.clock.ahead = 0;
    const other = gate.authority.issue({ ...CALLER, generation: 'r-2-bbbb' });
    await container.mount(other);
    assert.equal(new Identities(mounted(), state).current.certificate, other.certificate);
    connection.close();
  });

  test('is the one that is mounted also where that is newer and holds for less long', async () => {
    const identities = new Identities(mounted(), state);
    const connection = new Connection(identities);
    await connection.renew();
    connection.close();
    const brief = await Authority.open({
      keys: join(gate.folder, 'keys'),
      lifetime: () => 60_000,
      now: () => Date.now() + 30_000,
      place: () => ({ address: gate.address, pins: [gate.identity.fingerprint] }),
    });
    const newer = brief.issue(CALLER);
    await container.mount(newer);
    assert.equal(new Identities(mounted(), state).current.certificate, newer.certificate);
  });

  test('stays as it was where what is mounted does not fit together, and is refused at the start', async () => {
    const identities = new Identities(mounted(), state);
    const { certificate } = identities.current;
    await writeFile(join(mounted(), HUB_FILES.key), gate.authority.issue(CALLER).key);
    await utimes(join(mounted(), HUB_FILES.certificate), 2e9, 2e9);
    assert.equal(identities.refresh(), false);
    assert.equal(identities.current.certificate, certificate);
    assert.throws(() => new Identities(mounted(), state));
  });
});
