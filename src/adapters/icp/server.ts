/** The end that is on the host: lets in whoever has a trusted key, one at a time. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, createServer as createTls, type TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { Allowance } from '../../allowance.ts';
import { MusterError } from '../../errors.ts';
import { fingerprintOf } from '../../fingerprint.ts';
import type { Identity } from '../../identity.ts';
import type { Log } from '../../log.ts';
import { Channel, type Commands, type Ends } from './channel.ts';
import { encode, MAX_MESSAGE } from './message.ts';

/** The path of the WebSocket, and the name of the protocol there. */
export const PATH = '/icp';
export const PROTOCOL = 'muster.icp.1';
/** The name (SNI) that a manager asks for who wants to see the key that the agent is about to change to. */
export const NEXT_NAME = 'next.muster.invalid';
/** How long somebody may take until it is known who it is, and until the WebSocket is there, ms. */
const HANDSHAKE_MS = 5_000;
/** Connections of which it is not known yet whose they are; one more, and the oldest has to go. */
const MOST_UNKNOWN = 64;
/** How often it is looked whether who is let in is still trusted, ms. */
const LOOK_MS = 1_000;
/** What a manager may say: messages a second, and at once. */
const PER_SECOND = 500;
const BURST = 2_000;

export interface ServerParts {
  identity: Identity;
  /** The identity that it is about to change to, shown to whoever asks for it. */
  next?(): Identity | undefined;
  /** The fingerprints of the keys that are let in, asked for at every connection; nobody where there are none. */
  trusted(): readonly string[];
  commands: Commands;
  /** Told of each connection that was let in. */
  onOpen?(channel: Channel, fingerprint: string): void;
  log: Log;
}

export interface Server {
  /** The port it listens on. */
  port: number;
  /** Whether a manager is connected. */
  connected(): boolean;
  /** Is another one from the next connection on. */
  become(identity: Identity): void;
  /** Lets nobody in any more, and lets go of whoever is in. */
  close(): Promise<void>;
}

/** Listens on an address and a port (0: any that is free). */
export async function serve(parts: ServerParts, address: string, port: number): Promise<Server> {
  const { log } = parts;
  let { identity } = parts;
  let current: Channel | undefined;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  const names = new WeakMap<object, Ends>();
  // Only what has shown a trusted key gets as far as HTTP.
  const http = createHttp({
    headersTimeout: HANDSHAKE_MS,
    requestTimeout: HANDSHAKE_MS,
    maxHeaderSize: 8_192,
  });
  http.on('request', (_, response) => response.writeHead(426, { Upgrade: 'websocket' }).end());
  http.on('clientError', (_, socket) => socket.destroy());
  http.on('upgrade', (request, socket, head) => {
    const ends = names.get(request.socket) as Ends;
    const fingerprint = ends.theirs;
    // What was let in is quick to ask and may then be quiet.
    request.socket.setTimeout(0);
    if (request.url !== PATH)
      return refuse(request, 404, new MusterError('icp.message', { problem: 'path' }));
    if (current) return refuse(request, 409, new MusterError('icp.busy', { host: '' }));
    sockets.handleUpgrade(request, socket, head, (open) => {
      const channel = new Channel({
        socket: open,
        ends,
        commands: parts.commands,
        allowance: new Allowance(PER_SECOND, BURST),
        lost: () => new MusterError('host.silent', { host: 'manager' }),
      });
      current = channel;
      log.info({ fingerprint }, 'a manager connected');
      // Whoever is not trusted any more has to go.
      const look = setInterval(() => {
        if (!isTrusted(fingerprint, parts.trusted())) channel.terminate();
      }, LOOK_MS);
      channel.lost.addEventListener('abort', () => {
        clearInterval(look);
        if (current === channel) current = undefined;
        log.info({ fingerprint }, 'a manager is gone');
      });
      parts.onOpen?.(channel, fingerprint);
    });
  });
  const secured = ({ key, certificate: cert }: Identity) => ({ key, cert, minVersion: 'TLSv1.3' }) as const;
  const tls = createTls({
    ...secured(identity),
    SNICallback(name, done) {
      const next = name === NEXT_NAME ? parts.next?.() : undefined;
      done(null, next && createSecureContext(secured(next)));
    },
    requestCert: true,
    // There is no authority: the key is what counts, and it is looked at below.
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
    ALPNProtocols: [PROTOCOL],
  });
  const unknown = new Map<string, Socket>();
  tls.on('connection', (socket) => {
    const [oldest] = unknown.values();
    if (unknown.size >= MOST_UNKNOWN) oldest?.destroy();
    const name = nameOf(socket);
    unknown.set(name, socket);
    socket.once('close', () => unknown.delete(name));
  });
  tls.on('tlsClientError', (_, socket) => socket.destroy());
  tls.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy());
    const fingerprint = keyOf(socket);
    if (fingerprint === undefined || !isTrusted(fingerprint, parts.trusted())) {
      log.warn({ fingerprint, address: socket.remoteAddress }, 'somebody unknown was refused');
      socket.destroy();
      return;
    }
    unknown.delete(nameOf(socket));
    const next = socket.servername === NEXT_NAME ? parts.next?.() : undefined;
    names.set(socket, { ours: (next ?? identity).fingerprint, theirs: fingerprint });
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    http.emit('connection', socket);
  });
  await new Promise<void>((resolve, reject) => {
    tls.once('error', reject);
    tls.listen(port, address, () => {
      tls.off('error', reject);
      resolve();
    });
  });
  const open = new Set<TLSSocket>();
  tls.on('secureConnection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    port: (tls.address() as { port: number }).port,
    connected: () => current !== undefined,
    become(other) {
      identity = other;
      tls.setSecureContext(secured(other));
    },
    async close() {
      const closed = new Promise((resolve) => tls.close(resolve));
      await current?.close();
      for (const socket of [...open, ...unknown.values()]) socket.destroy();
      sockets.close();
      http.close();
      await closed;
    },
  };
}

/** Says why over HTTP, as a message of the protocol, and hangs up. */
function refuse({ socket }: IncomingMessage, status: number, error: MusterError): void {
  const body = encode('error', error.toJSON());
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

/** The key that the other end has shown to have; undefined where it showed none. */
export function keyOf(socket: TLSSocket): string | undefined {
  const certificate = socket.getPeerX509Certificate();
  return certificate && fingerprintOf(certificate.publicKey);
}

/** Compares without telling by its time how much of a key is right. */
function isTrusted(fingerprint: string, trusted: readonly string[]): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const shown = digest(fingerprint);
  return trusted.map((one) => timingSafeEqual(shown, digest(one))).some(Boolean);
}
