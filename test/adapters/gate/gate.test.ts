import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connect } from 'node:tls';
import { HubClient } from '../../../src/adapters/gate/client.ts';
import type { Route } from '../../../src/adapters/gate/route.ts';
import type { MusterError } from '../../../src/errors.ts';
import type { Caller } from '../../../src/hub.ts';
import { openIdentity } from '../../../src/identity.ts';
import { Pinned, WrongKey } from '../../../src/pinned.ts';
import { askGate, CALLER, openTestGate, shownBy, type TestGate } from '../../gate.ts';
import { until } from '../../until.ts';

const MOST = 1_000;
let held: (() => void)[] = [];
const ROUTES: Route[] = [
  { for: 'container', method: 'GET', path: '/who', answer: async ({ caller }) => ({ body: caller }) },
  {
    for: 'container',
    method: 'POST',
    path: '/echo',
    most: MOST,
    answer: async ({ body }) => ({ body: { bytes: body.length } }),
  },
  {
    for: 'container',
    method: 'GET',
    path: '/last',
    retired: true,
    answer: async () => ({ body: { taken: true } }),
  },
  {
    for: 'container',
    method: 'GET',
    path: '/wait',
    answer: ({ signal }) =>
      new Promise((resolve) => {
        held.push(() => resolve({ body: {} }));
        signal.addEventListener('abort', () => resolve({ status: 304 }));
      }),
  },
  { for: 'manager', method: 'GET', path: '/manage', answer: async () => ({ body: { fine: true } }) },
  {
    for: 'manager',
    method: 'GET',
    path: '/lines',
    answer: async ({ query }) => ({
      body: (async function* () {
        for (let n = 1; n <= Number(query.get('count')); n += 1) yield { n };
      })(),
    }),
  },
  {
    for: 'manager',
    method: 'GET',
    path: '/fails',
    answer: async () => {
      throw new Error('a secret of the code');
    },
  },
];

describe('the gate', () => {
  let gate: TestGate;
  before(async () => {
    gate = await openTestGate(ROUTES, { patience: { handshake: 300, head: 300, request: 600, check: 50 } });
  });
  beforeEach(() => {
    gate.clock.ahead = 0;
    gate.live.is = true;
    held = [];
  });
  after(() => gate.stop());
  const issue = (more: Partial<Caller> = {}) => shownBy(gate.authority.issue({ ...CALLER, ...more }));

  test('lets a caller in and knows who it is, also one with letters that end other words', async () => {
    assert.deepEqual(await askGate(gate, issue(), '/who'), { status: 200, said: CALLER });
    const service = 'we/b,URI:muster://hub/other, "ä"';
    const { said } = await askGate(gate, issue({ service }), '/who');
    assert.deepEqual(said, { ...CALLER, service });
  });

  test("refuses another app's certificate with this token, and the other way round", async () => {
    const [ours, theirs] = [issue(), issue({ app: 'blog' })];
    for (const mixed of [
      { ...ours, token: theirs.token },
      { ...theirs, token: ours.token },
      { ...ours, token: issue({ generation: 'r-2-bbbb' }).token },
      { ...ours, token: issue({ host: 'web-2' }).token },
    ]) {
      const { status, said } = await askGate(gate, mixed, '/who');
      assert.deepEqual([status, said.code], [401, 'hub.stranger']);
    }
  });

  test('refuses a caller without a token, and with one that was tampered with', async () => {
    const { token, ...bare } = issue();
    const [said = '', hash = ''] = token.split('.');
    const other = Buffer.from(Buffer.from(said, 'base64url').toString().replace('shop', 'blog')).toString(
      'base64url',
    );
    for (const bad of [
      undefined,
      '',
      'x',
      said,
      `${other}.${hash}`,
      `${said}.${hash}.`,
      `${said}.${hash.slice(1)}`,
      'A'.repeat(4_000),
    ]) {
      const { status, said: answer } = await askGate(gate, { ...bare, token: bad }, '/who');
      assert.deepEqual([status, answer.code], [401, 'hub.stranger'], `${bad}`);
    }
  });

  test('refuses what has run out, and what was made at a time to come; a clock set back a little is no reason', async () => {
    const shown = issue();
    gate.clock.ahead = 3_601_000;
    assert.equal((await askGate(gate, shown, '/who')).said.code, 'hub.expired');
    gate.clock.ahead = 3_590_000;
    assert.equal((await askGate(gate, shown, '/who')).status, 200);
    gate.clock.ahead = -4 * 60_000;
    assert.equal((await askGate(gate, shown, '/who')).status, 200);
    gate.clock.ahead = -6 * 60_000;
    const early = await askGate(gate, shown, '/who');
    assert.deepEqual([early.status, early.said.code], [401, 'hub.expired']);
  });

  test('refuses a token that ran out with a fresh certificate of the same caller', async () => {
    gate.clock.ahead = -3_590_000;
    const old = issue();
    gate.clock.ahead = 0;
    const fresh = issue();
    assert.equal((await askGate(gate, fresh, '/who')).status, 200);
    gate.clock.ahead = 20_000;
    assert.equal((await askGate(gate, { ...fresh, token: old.token }, '/who')).said.code, 'hub.expired');
  });

  test('lets nobody in with a certificate of another authority, or of none', async () => {
    const other = await openTestGate();
    try {
      const shown = shownBy(other.authority.issue(CALLER));
      assert.deepEqual((await askGate(gate, shown, '/who')).said.code, 'hub.stranger');
      const stranger = await openIdentity(join(gate.folder, 'strangers'), 'stranger');
      for (const path of ['/who', '/manage', '/nothing'])
        assert.deepEqual((await askGate(gate, { ...stranger, token: issue().token }, path)).status, 401);
    } finally {
      await other.stop();
    }
  });

  test('hangs up on whoever shows no certificate', async () => {
    const { port } = gate.gate;
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
    socket.on('error', () => {});
    socket.on('secureConnect', () => socket.write('GET /who HTTP/1.1\r\nHost: hub\r\n\r\n'));
    let answered = '';
    socket.on('data', (chunk) => {
      answered += String(chunk);
    });
    await new Promise((resolve) => socket.once('close', resolve));
    assert.equal(answered, '');
  });

  test('speaks nothing older than TLS 1.3', async () => {
    const { key, certificate: cert } = issue();
    const { port } = gate.gate;
    const socket = connect({
      host: '127.0.0.1',
      port,
      key,
      cert,
      rejectUnauthorized: false,
      maxVersion: 'TLSv1.2',
    });
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    assert.match(`${error.code} ${error.message}`, /PROTOCOL_VERSION|alert/i);
  });

  test('keeps containers from what is for managers, and managers from what is for containers', async () => {
    assert.equal((await askGate(gate, issue(), '/manage')).said.code, 'hub.stranger');
    assert.equal((await askGate(gate, gate.manager, '/who')).said.code, 'hub.stranger');
    assert.deepEqual((await askGate(gate, gate.manager, '/manage')).said, { fine: true });
    assert.equal((await askGate(gate, gate.manager, '/nothing')).said.code, 'hub.request');
  });

  test('lets a generation that is not live any more only deliver its last words', async () => {
    gate.live.is = false;
    const refused = await askGate(gate, issue(), '/who');
    assert.deepEqual([refused.status, refused.said.code], [403, 'hub.retired']);
    assert.deepEqual((await askGate(gate, issue(), '/last')).said, { taken: true });
    const key = newKey();
    assert.equal(
      (await askGate(gate, issue(), '/v1/certificate', JSON.stringify({ key }))).said.code,
      'hub.retired',
    );
  });

  test('gives no new certificate while nobody can say whether a generation is live, and lets it in as it is', async () => {
    gate.live.is = undefined;
    assert.equal((await askGate(gate, issue(), '/who')).status, 200);
    const renewal = await askGate(gate, issue(), '/v1/certificate', JSON.stringify({ key: newKey() }));
    assert.deepEqual([renewal.status, renewal.said.code], [429, 'hub.busy']);
  });

  test('renews the identity of a caller for a key that it has, and for nobody else', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const info = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const { said } = await askGate(gate, issue(), '/v1/certificate', JSON.stringify({ key: info }));
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const renewed = { key, certificate: String(said.certificate), token: String(said.token) };
    assert.deepEqual((await askGate(gate, renewed, '/who')).said, CALLER);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    for (const bad of ['', 'AAAA', rsa.toString('base64')]) {
      const refused = await askGate(gate, issue(), '/v1/certificate', JSON.stringify({ key: bad }));
      assert.deepEqual([refused.status, refused.said.code], [400, 'hub.request']);
    }
  });

  test('takes no body that is larger than a route allows, whether it says its length or not', async () => {
    assert.deepEqual((await askGate(gate, issue(), '/echo', 'x'.repeat(MOST))).said, { bytes: MOST });
    const large = await askGate(gate, issue(), '/echo', 'x'.repeat(MOST + 1));
    assert.deepEqual([large.status, large.said.code], [413, 'hub.large']);
    const { token } = issue();
    const text = await raw(issue(), [
      `POST /echo HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 20 }, () => `64\r\n${'x'.repeat(100)}\r\n`),
    ]);
    assert.match(text, /^HTTP\/1\.1 413 /);
  });

  test('waits for nobody who is slow: to shake hands, to say what he wants, and to send it', async () => {
    const idle = connectTcp({ host: '127.0.0.1', port: gate.gate.port });
    idle.on('error', () => {});
    await new Promise((resolve) => idle.once('close', resolve));
    assert.doesNotMatch(await raw(issue(), ['GET /who HTTP/1.1\r\nHost: h']), /200/);
    const { token } = issue();
    const head = `POST /echo HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${token}\r\nContent-Length: 50\r\n\r\n`;
    assert.doesNotMatch(await raw(issue(), [head, 'x']), /200/);
  });

  test('answers one caller no more than so much at once, and others meanwhile', async () => {
    const greedy = issue();
    const asked = Array.from({ length: 8 }, () => askGate(gate, greedy, '/wait'));
    await until(() => held.length === 8);
    const more = await askGate(gate, greedy, '/who');
    assert.deepEqual([more.status, more.said.code], [429, 'hub.busy']);
    assert.equal((await askGate(gate, issue({ app: 'blog' }), '/who')).status, 200);
    for (const release of held) release();
    assert.deepEqual(
      (await Promise.all(asked)).map(({ status }) => status),
      Array(8).fill(200),
    );
    assert.equal((await askGate(gate, greedy, '/who')).status, 200);
  });

  test('tells a manager what is wrong in words, and nothing of its inside', async () => {
    const manager = new HubClient({
      place: { address: gate.address, pins: [gate.identity.fingerprint] },
      identity: gate.manager,
    });
    const lines: unknown[] = [];
    for await (const line of manager.lines('/lines', { query: { count: '3' } })) lines.push(line);
    assert.deepEqual(lines, [{ n: 1 }, { n: 2 }, { n: 3 }]);
    await assert.rejects(manager.ask('GET', '/nothing'), { code: 'hub.request' });
    await assert.rejects(manager.ask('GET', '/fails'), (error: MusterError) => {
      assert.equal(error.code, 'internal');
      assert.doesNotMatch(JSON.stringify(error), /secret/);
      return true;
    });
    const issued = await manager.issue(CALLER);
    assert.deepEqual((await askGate(gate, issued, '/who')).said, CALLER);
    assert.deepEqual(issued.place, {
      address: gate.address,
      pins: [gate.identity.fingerprint],
      language: 'en',
      caller: CALLER,
    });
    manager.close();
  });

  test('is not spoken to where it has another key than the one that is pinned', async () => {
    const pins = [gate.manager.fingerprint];
    const pinned = new Pinned({ address: gate.address, pins, identity: issue });
    await assert.rejects(pinned.ask({ method: 'GET', path: '/who', within: 5_000 }), WrongKey);
    pinned.close();
    const manager = new HubClient({ place: { address: gate.address, pins }, identity: gate.manager });
    await assert.rejects(manager.ask('GET', '/manage'), { code: 'hub.key.changed' });
    manager.close();
  });

  test('ends what waits when it closes, is then not there, and is there again', async () => {
    const waiting = askGate(gate, issue(), '/wait');
    await until(() => held.length === 1);
    await gate.close();
    assert.equal((await waiting).status, 304);
    const place = { address: gate.address, pins: [gate.identity.fingerprint] };
    const manager = new HubClient({ place, identity: gate.manager });
    await assert.rejects(
      manager.ask('GET', '/manage'),
      (error: MusterError) => error.code === 'hub.unreachable',
    );
    await gate.reopen();
    await assert.rejects(gate.reopen(), { code: 'hub.taken' });
    assert.deepEqual(await manager.ask('GET', '/manage'), { fine: true });
    manager.close();
  });

  /** What is answered to these bytes until the connection ends. */
  function raw(
    { key, certificate: cert }: { key: string; certificate: string },
    parts: string[],
  ): Promise<string> {
    const socket = connect({ host: '127.0.0.1', port: gate.gate.port, key, cert, rejectUnauthorized: false });
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('secureConnect', () => {
      for (const part of parts) socket.write(part);
    });
    return new Promise((resolve) => socket.once('close', () => resolve(text)));
  }
});

const newKey = (): string =>
  generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
