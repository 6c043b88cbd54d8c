/** HTTPS to an end that is known by its key: no authority is asked, and not a word is said before the key was looked at. */
import { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { fingerprintOf } from './fingerprint.ts';
import { hostAndPort } from './host-port.ts';

/** How long a connection may take, ms. */
const CONNECT_MS = 5_000;

export interface PinnedParts {
  /** `host:port`. */
  address: string;
  /** The keys by which the other end is known; any of them. */
  pins: readonly string[];
  /** Who asks, PEM; asked for at each connection. */
  identity(): { key: string; certificate: string };
}

/** The other end has another key than it should have. */
export class WrongKey extends Error {
  override name = 'WrongKey';
  readonly fingerprint: string | undefined;

  constructor(fingerprint: string | undefined) {
    super(fingerprint);
    this.fingerprint = fingerprint;
  }
}

export interface Question {
  method: 'GET' | 'POST';
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** How long the answer's head may take, ms. */
  within: number;
  signal?: AbortSignal;
}

export interface Head {
  status: number;
  headers: IncomingHttpHeaders;
  /** Has to be read or destroyed. */
  body: IncomingMessage;
}

/** Connections to one end, kept and used again. */
export class Pinned {
  readonly #agent: Agent;
  readonly #place: { host: string; port: number };

  /** Throws a `TypeError` where the address is none. */
  constructor(parts: PinnedParts, most = 8) {
    const place = hostAndPort(parts.address);
    if (!place) throw new TypeError(`not a host and a port: ${parts.address}`);
    this.#place = place;
    this.#agent = new Agent({ keepAlive: true, maxSockets: most });
    const open = (_: unknown, done: (error: Error | null, socket?: TLSSocket) => void) => {
      secured(parts, place).then(
        (socket) => done(null, socket),
        (error) => done(error),
      );
      return undefined;
    };
    Object.assign(this.#agent, { createConnection: open });
  }

  /** Asks, and gives the head of the answer. Rejects with `WrongKey`, or with what the network says. */
  ask({ method, path, headers = {}, body, within, signal }: Question): Promise<Head> {
    return new Promise((resolve, reject) => {
      const asked = request({
        ...this.#place,
        agent: this.#agent,
        method,
        path,
        signal,
        headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
      });
      const late = setTimeout(() => asked.destroy(new Error('ETIMEDOUT')), within);
      asked.once('response', (response) => {
        clearTimeout(late);
        resolve({ status: response.statusCode as number, headers: response.headers, body: response });
      });
      asked.once('error', (error) => {
        clearTimeout(late);
        reject(error);
      });
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The whole of a body as text; rejects where it has more than `most` bytes or takes longer than `within` ms. */
export async function textOf(body: IncomingMessage, most: number, within: number): Promise<string> {
  const late = setTimeout(() => body.destroy(new Error('ETIMEDOUT')), within);
  try {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > most) throw new Error('EMSGSIZE');
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  } finally {
    clearTimeout(late);
  }
}

function secured(parts: PinnedParts, { host, port }: { host: string; port: number }): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const { key, certificate: cert } = parts.identity();
    const socket = connect({
      host,
      port,
      key,
      cert,
      minVersion: 'TLSv1.3',
      ALPNProtocols: ['http/1.1'],
      // There is no authority: the key is what counts. To read those of the system would take longer than all the rest.
      ca: [],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const late = setTimeout(() => socket.destroy(new Error('ETIMEDOUT')), CONNECT_MS);
    socket.once('secureConnect', () => {
      clearTimeout(late);
      const shown = shownBy(socket);
      if (shown !== undefined && parts.pins.includes(shown)) return resolve(socket);
      socket.destroy();
      reject(new WrongKey(shown));
    });
    socket.once('error', (error) => {
      clearTimeout(late);
      reject(error);
    });
    socket.once('close', () => reject(new Error('ECONNRESET')));
  });
}

/** The fingerprint of the key that the other end has shown to have. */
export function shownBy(socket: TLSSocket): string | undefined {
  const { raw } = socket.getPeerCertificate();
  return raw && fingerprintOf(new X509Certificate(raw).publicKey);
}
