/** A machine proves whose it is, and nobody else does in its place. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { digestOf, MOST_TRIES, newToken, TOKEN_MS } from '../../../src/jobs/enrolment/handshake.ts';
import { prove } from '../../../src/jobs/enrolment/prove.ts';
import { until } from '../../until.ts';
import { openThere, type There } from './there.ts';

const token = newToken();

async function attempt({ manager }: There, port: number, typed = token): Promise<string[]> {
  const noted: string[] = [];
  const note = async (key: string) => void noted.push(key);
  const where = { host: 'web-2', address: '127.0.0.1', port };
  await prove({ ...where, identity: manager, digest: digestOf(typed), note });
  return noted;
}

test('the machine on which the line was run is known by its key, and forgets its token', async (t) => {
  const there = await openThere(t);
  const { server, identity, state } = await there.agent('web', token);
  assert.deepEqual(await attempt(there, server.port), [identity.fingerprint]);
  assert.ok(!(await readdir(state)).includes('enrolment'));
  await assert.rejects(attempt(there, server.port), { code: 'enrol.none' });
});

test('an agent without a token, with another one or with one that has lapsed proves nothing', async (t) => {
  const there = await openThere(t);
  const none = await there.agent('none');
  await assert.rejects(attempt(there, none.server.port), { code: 'enrol.none' });
  const other = await there.agent('other', newToken());
  await assert.rejects(attempt(there, other.server.port), (error: { code: string; facts: object }) => {
    assert.deepEqual([error.code, error.facts], ['enrol.proof', { fingerprint: other.identity.fingerprint }]);
    return true;
  });
  const late = await there.agent('late', token, () => Date.now() - TOKEN_MS - 1);
  await assert.rejects(attempt(there, late.server.port), { code: 'enrol.none' });
  assert.ok(!(await readdir(late.state)).includes('enrolment'));
});

test('whoever stands in between is not taken, not even by an agent that trusts them', async (t) => {
  const there = await openThere(t);
  const { server, state } = await there.agent('web', token);
  const middle = await there.between(server.port);
  await assert.rejects(attempt(there, middle.port), (error: { code: string; facts: object }) => {
    assert.deepEqual([error.code, error.facts], ['enrol.proof', { fingerprint: middle.fingerprint }]);
    return true;
  });
  assert.ok(middle.heard.length > 0);
  assert.ok(!JSON.stringify(middle.heard).includes(token));
  assert.ok(!JSON.stringify(middle.heard).includes(digestOf(token)));
  assert.ok((await readdir(state)).includes('enrolment'), 'its token still waits for Muster');
  await middle.leave();
  // The agent may take a moment to notice that the other one has left.
  const noted = await until(() => attempt(there, server.port).catch(() => undefined));
  assert.equal(noted.length, 1);
});

test('an agent hears only so many wrong proofs', async (t) => {
  const there = await openThere(t);
  const { server, state } = await there.agent('web', token);
  const { connect } = await import('../../../src/adapters/icp/client.ts');
  const where = { host: 'web-2', address: '127.0.0.1', port: server.port, identity: there.manager };
  const channel = await connect({ ...where, unproven: true });
  const wrong = { nonce: 'a'.repeat(64), proof: 'b'.repeat(64) };
  await assert.rejects(channel.request('enrol.confirm', wrong), { code: 'icp.message' });
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    await channel.request('enrol.prove', { nonce: wrong.nonce });
    await assert.rejects(channel.request('enrol.confirm', wrong), { code: 'enrol.proof' });
  }
  await assert.rejects(channel.request('enrol.prove', { nonce: wrong.nonce }), { code: 'enrol.none' });
  await channel.close();
  assert.ok(!(await readdir(state)).includes('enrolment'));
});
