import assert from 'node:assert/strict';
import { once, setMaxListeners } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type Call, command } from '../../../src/adapters/icp/channel.ts';
import { type ErrorCode, MusterError } from '../../../src/errors.ts';
import { until } from '../../until.ts';
import { type Ends, openEnds } from './ends.ts';

const echo = command({
  input: z.strictObject({ text: z.string() }),
  run: async ({ text }) => ({ text }),
});
const count = command({
  input: z.strictObject({ to: z.number() }),
  async run({ to }, call) {
    for (let at = 1; at <= to; at += 1) await call.progress({ at });
    return { counted: to };
  },
});
const fail = command({
  input: z.strictObject({}),
  run: () => Promise.reject(new MusterError('host.diskfull', { host: 'web-2' }, { lines: ['no space'] })),
});
const ask = command({
  input: z.strictObject({ what: z.string() }),
  run: async ({ what }, { channel }) => ({ answer: await channel.request('login', { what }) }),
});

/** A command that goes on until it is taken back. */
function waiting() {
  const calls: Call[] = [];
  const wait = command({
    input: z.strictObject({}),
    async run(_, call) {
      calls.push(call);
      await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve()));
      throw new MusterError('shell.aborted', { command: 'wait', host: 'web-2' });
    },
  });
  return { calls, wait };
}

const failing = async (what: Promise<unknown>): Promise<MusterError> => {
  try {
    await what;
  } catch (error) {
    assert.ok(error instanceof MusterError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
};
const rejects = async (code: ErrorCode, what: Promise<unknown>) =>
  assert.equal((await failing(what)).code, code);

/** A connection whose key the agent trusts, or another, with what TLS options one likes. */
async function secured({ server, manager }: Ends, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connectTls({
    host: '127.0.0.1',
    port: server.port,
    key: manager.key,
    cert: manager.certificate,
    rejectUnauthorized: false,
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** A WebSocket that says what it likes. */
async function loose(ends: Ends): Promise<WebSocket> {
  const tls = await secured(ends);
  const socket = new WebSocket('wss://agent/icp', 'muster.icp.1', { createConnection: () => tls });
  await once(socket, 'open');
  return socket;
}

const said = async (socket: WebSocket, text: string | Buffer): Promise<unknown> => {
  const heard = once(socket, 'message');
  socket.send(text);
  return JSON.parse(String((await heard)[0]));
};

describe('the internal protocol', () => {
  test('answers a request with its result, many at once', async (t) => {
    const ends = await openEnds(t, { echo });
    const channel = await ends.connect();
    const texts = Array.from({ length: 100 }, (_, index) => `‹${index}› 🙂`);
    const answers = await Promise.all(texts.map((text) => channel.request('echo', { text })));
    assert.deepEqual(
      answers,
      texts.map((text) => ({ text })),
    );
  });

  test('tells progress in order, all of it before the result', async (t) => {
    const ends = await openEnds(t, { count });
    const channel = await ends.connect();
    const seen: unknown[] = [];
    const result = await channel.request('count', { to: 500 }, { onProgress: ({ at }) => seen.push(at) });
    assert.deepEqual(result, { counted: 500 });
    assert.deepEqual(
      seen,
      Array.from({ length: 500 }, (_, index) => index + 1),
    );
  });

  test('brings an error over with its code, its facts and its lines', async (t) => {
    const ends = await openEnds(t, { fail });
    const channel = await ends.connect();
    const error = await failing(channel.request('fail', {}));
    assert.deepEqual(
      [error.code, error.facts, error.lines],
      ['host.diskfull', { host: 'web-2' }, ['no space']],
    );
  });

  test('lets the agent ask in return', async (t) => {
    const ends = await openEnds(t, { ask });
    const login = command({
      input: z.strictObject({ what: z.string() }),
      run: async ({ what }) => ({ is: `of ${what}` }),
    });
    const channel = await ends.connect({ commands: { login } });
    assert.deepEqual(await channel.request('ask', { what: 'shop' }), { answer: { is: 'of shop' } });
  });

  test('takes a request back', async (t) => {
    const { wait } = waiting();
    const ends = await openEnds(t, { wait });
    const channel = await ends.connect();
    const abort = new AbortController();
    const answer = channel.request('wait', {}, { signal: abort.signal });
    abort.abort();
    await rejects('shell.aborted', answer);
  });

  test('answers what it does not know, and what is not right, with an error, and goes on', async (t) => {
    const ends = await openEnds(t, { echo });
    const channel = await ends.connect();
    await rejects('icp.command', channel.request('reboot', {}));
    await rejects('icp.command', channel.request('constructor', {}));
    await rejects('icp.message', channel.request('echo', { text: 5 }));
    await rejects('icp.message', channel.request('echo', { text: 'a', more: 'b' }));
    assert.deepEqual(await channel.request('echo', { text: 'still here' }), { text: 'still here' });
  });

  test('says of what is no message that it is none, and goes on', async (t) => {
    const ends = await openEnds(t, { echo });
    const socket = await loose(ends);
    for (const text of [
      'no JSON',
      '[]',
      'null',
      '{"command":"echo"}',
      '{"command":"echo","data":[]}',
      '{"command":"echo","data":{"text":"no id"}}',
      '{"command":"echo","data":{"id":7,"text":"a"}}',
      `{"command":"echo","data":{"id":"${'x'.repeat(101)}","text":"a"}}`,
      '{"command":"../echo","data":{"id":"1"}}',
      '{"command":"echo","data":{"id":"1","text":"a"},"more":1}',
      Buffer.from([0xff, 0xfe]),
    ]) {
      const answer = (await said(socket, text)) as { command: string; data: { code: string } };
      assert.equal(`${answer.command} ${answer.data.code}`, 'error icp.message', String(text));
    }
    assert.deepEqual(await said(socket, '{"command":"echo","data":{"id":"1","text":"a"}}'), {
      command: 'result',
      data: { text: 'a', id: '1' },
    });
    socket.terminate();
  });

  test('hangs up on a message that is too large, and on too many', async (t) => {
    const ends = await openEnds(t, { echo });
    const large = await loose(ends);
    large.send(JSON.stringify({ command: 'echo', data: { id: '1', text: 'x'.repeat(1024 * 1024) } }));
    assert.equal((await once(large, 'close'))[0], 1009);
    await until(() => !ends.server.connected());
    const many = await loose(ends);
    const answers: string[] = [];
    many.on('message', (data) => answers.push(String(data)));
    for (let at = 0; at < 6_000; at += 1)
      many.send(JSON.stringify({ command: 'echo', data: { id: String(at), text: '' } }));
    assert.equal((await once(many, 'close'))[0], 1008);
    assert.match(answers.at(-1) as string, /icp\.limit/);
    await until(() => !ends.server.connected());
    await ends.connect();
  });

  test('has a limit to open requests', async (t) => {
    const { wait } = waiting();
    const ends = await openEnds(t, { wait, echo });
    const channel = await ends.connect();
    const abort = new AbortController();
    setMaxListeners(0, abort.signal);
    const open = Array.from({ length: 200 }, () => channel.request('wait', {}, { signal: abort.signal }));
    await rejects('icp.limit', channel.request('echo', { text: 'one more' }));
    abort.abort();
    await Promise.allSettled(open);
    assert.deepEqual(await channel.request('echo', { text: 'now' }), { text: 'now' });
  });

  test('lets one manager in at a time, and tells the second one why', async (t) => {
    const ends = await openEnds(t, { echo });
    ends.trusted.push(ends.stranger.fingerprint);
    const first = await ends.connect();
    await rejects('icp.busy', ends.connect());
    await rejects('icp.busy', ends.connect({ identity: ends.stranger }));
    assert.deepEqual(await first.request('echo', { text: 'untouched' }), { text: 'untouched' });
    await first.close();
    await until(() => !ends.server.connected());
    await ends.connect({ identity: ends.stranger });
  });

  test('notices a manager that fell silent, and lets the next one in', async (t) => {
    const ends = await openEnds(t, { echo });
    const socket = await loose(ends);
    // It takes nothing from the network any more, as a machine that is gone.
    (socket as unknown as { _socket: TLSSocket })._socket.pause();
    await until(() => !ends.server.connected());
    await ends.connect();
    socket.terminate();
  });

  test('fails open requests when the connection is lost, and stops what they began', async (t) => {
    const { calls, wait } = waiting();
    const ends = await openEnds(t, { wait });
    const channel = await ends.connect();
    const answer = channel.request('wait', {});
    await until(() => calls.length === 1);
    channel.terminate();
    const error = await failing(answer);
    assert.deepEqual([error.code, error.facts.lost], ['host.unreachable', true]);
    await until(() => calls[0]?.signal.aborted === true);
    await rejects('host.unreachable', channel.request('wait', {}));
  });
});

describe('whoever wants to be let in', () => {
  test('needs a key that is trusted, and nobody has where none is', async (t) => {
    const ends = await openEnds(t, { echo });
    const error = await failing(ends.connect({ identity: ends.stranger }));
    assert.deepEqual([error.code, error.facts.fingerprint], ['icp.stranger', ends.stranger.fingerprint]);
    ends.trusted.length = 0;
    await rejects('icp.stranger', ends.connect());
    ends.trusted.push('');
    await rejects('icp.stranger', ends.connect());
  });

  test('has to go when its key is not trusted any more', async (t) => {
    const ends = await openEnds(t, { echo });
    const channel = await ends.connect();
    ends.trusted.length = 0;
    await until(() => channel.lost.aborted);
    await rejects('icp.stranger', ends.connect());
  });

  test('is told the agent’s key where it knows none, and goes no further where it is another', async (t) => {
    const ends = await openEnds(t, { echo });
    const error = await failing(ends.connect({ key: undefined }));
    assert.deepEqual([error.code, error.facts.fingerprint], ['host.key.unknown', ends.agent.fingerprint]);
    await rejects('host.key.changed', ends.connect({ key: ends.stranger.fingerprint }));
    assert.equal(ends.server.connected(), false);
  });

  test('needs the key itself, not only the certificate', async (t) => {
    const ends = await openEnds(t, { echo });
    const { stranger, manager } = ends;
    await assert.rejects(secured(ends, { key: stranger.key, cert: manager.certificate }));
  });

  test('without a certificate is not heard', async (t) => {
    const ends = await openEnds(t, { echo });
    const socket = await secured(ends, { key: undefined, cert: undefined });
    socket.on('error', () => {});
    socket.write('GET /icp HTTP/1.1\r\n\r\n');
    const heard: Buffer[] = [];
    socket.on('data', (chunk) => heard.push(chunk));
    await once(socket, 'close');
    assert.equal(Buffer.concat(heard).toString(), '');
  });

  test('speaks TLS 1.3 and no older one', async (t) => {
    const ends = await openEnds(t, { echo });
    await assert.rejects(secured(ends, { maxVersion: 'TLSv1.2' }));
    const socket = await secured(ends);
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    socket.destroy();
  });

  test('asks for nothing but the protocol', async (t) => {
    const ends = await openEnds(t, { echo });
    for (const [request, status] of [
      ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '426'],
      [
        'GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
        '404',
      ],
    ]) {
      const socket = await secured(ends);
      socket.write(request as string);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      assert.equal(answer.toString().split(' ')[1], status);
      socket.destroy();
    }
    assert.equal(ends.server.connected(), false);
  });

  test('and says nothing is let go of, and keeps nobody else out', { timeout: 60_000 }, async (t) => {
    const ends = await openEnds(t, { echo });
    const mute = Array.from({ length: 200 }, () => connectTcp(ends.server.port, '127.0.0.1'));
    for (const socket of mute) socket.on('error', () => {});
    await sleep(100);
    const half = await secured(ends);
    half.on('error', () => {});
    await sleep(100);
    const channel = await ends.connect();
    assert.deepEqual(await channel.request('echo', { text: 'a' }), { text: 'a' });
    await Promise.all([...mute, half].map((socket) => socket.destroyed || once(socket, 'close')));
    assert.deepEqual(await channel.request('echo', { text: 'b' }), { text: 'b' });
  });
});
