/** Handshakes and messages of whoever means no good, at an agent in a process of its own: nothing is let in, it goes on, and stays as large as it was. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { connect } from '../../src/adapters/icp/client.ts';
import { type Identity, openIdentity } from '../../src/identity.ts';
import { seeded } from '../../test/seeded.ts';
import { type Area, none } from '../figure.ts';
import { type AgentProcess, startWorker } from './process.ts';

/** How many are tried at once. */
const AT_ONCE = 16;
/** How long an attacker waits for an answer, ms: an agent that hangs up is quicker. */
const PATIENCE_MS = 200;
const UPGRADE =
  'GET /icp HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: muster.icp.1\r\n\r\n';

export const hostile: Area = async function* ({ small }) {
  const [handshakes, texts] = small ? [60, 60] : [5_000, 5_000];
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const [trusted, stranger] = (await Promise.all(
    ['muster', 'stranger'].map((name) => openIdentity(join(folder, 'keys'), name)),
  )) as [Identity, Identity];
  const agent = await startWorker(folder, trusted.fingerprint);
  try {
    const { random, below } = seeded(Math.floor(Math.random() * 1e6));
    // A process grows until its heap has the size that the work takes: what counts is what comes on top of that.
    await tried(handshakes, () => handshake(agent, stranger, below));
    await talked(agent, trusted, texts, random, below);
    const before = await agent.memory();
    const accepted = await tried(handshakes, () => handshake(agent, stranger, below));
    const carriedOut = await talked(agent, trusted, texts, random, below);
    const grown = (await agent.memory()) - before;
    yield none(`${handshakes} hostile handshakes: let in`, accepted);
    yield none(`${texts} hostile messages of a manager: carried out`, carriedOut);
    yield none('  agents that ended', agent.child.exitCode === null ? 0 : 1);
    yield {
      name: '  memory they left behind',
      goal: '<= 20 MB',
      unit: 'MB',
      measured: Math.max(0, grown),
      ok: grown <= 20,
    };
  } finally {
    await agent.close();
    await rm(folder, { recursive: true });
  }
};

/** How many of so many were let in. */
async function tried(count: number, one: () => Promise<boolean>): Promise<number> {
  let left = count;
  let accepted = 0;
  const attacker = async () => {
    while (left > 0) {
      left -= 1;
      if (await one()) accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, attacker));
  return accepted;
}

/** One handshake that is to fail; whether it was heard all the same. */
async function handshake(
  agent: AgentProcess,
  stranger: Identity,
  below: (n: number) => number,
): Promise<boolean> {
  const kinds: (() => Promise<boolean>)[] = [
    () => raw(agent, Buffer.from(Array.from({ length: below(500) }, () => below(256)))),
    () => raw(agent, Buffer.from(UPGRADE)),
    // The beginning of a handshake, cut off.
    () => raw(agent, Buffer.from([0x16, 3, 1, below(64), below(256), 1, 0, below(256)])),
    () => secured(agent, {}),
    () => secured(agent, { key: stranger.key, cert: stranger.certificate }),
    () => secured(agent, { key: stranger.key, cert: stranger.certificate, maxVersion: 'TLSv1.2' }),
  ];
  return (kinds[below(kinds.length)] as () => Promise<boolean>)();
}

/** Whether anything but an alert of TLS comes back. */
function raw({ port }: AgentProcess, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp({ port, host: '127.0.0.1', timeout: PATIENCE_MS });
    const end = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.once('data', (data) => end(data[0] !== 0x15));
    for (const event of ['close', 'error', 'timeout']) socket.once(event, () => end(false));
    socket.end(bytes);
  });
}

/** Whether an upgrade is answered. */
function secured({ port }: AgentProcess, options: ConnectionOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.setTimeout(PATIENCE_MS);
    const end = (heard: boolean) => {
      socket.destroy();
      resolve(heard);
    };
    socket.once('secureConnect', () => socket.write(UPGRADE));
    socket.once('data', () => end(true));
    for (const event of ['close', 'error', 'timeout']) socket.once(event, () => end(false));
  });
}

/** How many of so many bad messages are answered by a result. */
async function talked(
  agent: AgentProcess,
  identity: Identity,
  count: number,
  random: () => number,
  below: (n: number) => number,
): Promise<number> {
  let results = 0;
  let answers = 0;
  let sent = 0;
  while (sent < count) {
    const tls = connectTls({
      ...{ host: '127.0.0.1', port: agent.port, rejectUnauthorized: false },
      ...{ key: identity.key, cert: identity.certificate },
    });
    await once(tls, 'secureConnect');
    const socket = new WebSocket('wss://agent/icp', 'muster.icp.1', { createConnection: () => tls });
    const opened = await Promise.race([
      once(socket, 'open').then(() => true),
      once(socket, 'error').then(() => false),
    ]);
    if (!opened) continue;
    socket.on('message', (data) => {
      answers += 1;
      if (String(data).startsWith('{"command":"result"')) results += 1;
    });
    socket.on('error', () => {});
    let gone = false;
    socket.once('close', () => {
      gone = true;
    });
    const burst = Math.min(1_000, count - sent);
    const before = answers;
    for (let at = 0; at < burst && !gone; at += 1) socket.send(message(random, below));
    sent += burst;
    // Each is answered, or the connection ends.
    while (!gone && answers - before < burst) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.terminate();
    if (!gone) await once(socket, 'close');
    await letIn(agent, identity);
  }
  return results;
}

/** An honest manager is let in as before. */
async function letIn({ port, key }: AgentProcess, identity: Identity): Promise<void> {
  for (;;) {
    try {
      const channel = await connect({ host: 'web', address: '127.0.0.1', port, key, identity });
      await channel.close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function message(random: () => number, below: (n: number) => number): string | Buffer {
  const id = String(below(1e9));
  const text = Buffer.from(Array.from({ length: below(200) }, () => below(256))).toString('latin1');
  const job = {
    step: 'deploy.fetch',
    host: 'web',
    title: text,
    input: { host: '../..' },
    run: '../../etc',
    origin: id,
  };
  const kinds: (() => string | Buffer)[] = [
    () => text,
    () => Buffer.from(text, 'latin1'),
    () => JSON.stringify({ command: text, data: { id } }),
    () =>
      JSON.stringify({
        command: 'step.run',
        data: { id, job: { ...job, direction: 'do', stage: -1, index: 0 } },
      }),
    () =>
      JSON.stringify({
        command: 'step.run',
        data: { id, attempt: random(), again: 'yes', logins: [], job: null },
      }),
    () => JSON.stringify({ command: 'shell.run', data: { id, argv: ['sh', '-c', 'reboot'] } }),
    () => `{"command":"step.run","data":${'['.repeat(below(5_000))}`,
    () => JSON.stringify({ command: 'progress', data: { seq: 1 } }),
  ];
  return (kinds[below(kinds.length)] as () => string | Buffer)();
}
