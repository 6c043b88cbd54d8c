/** The door of the hub: HTTPS (TLS 1.3) for containers, which show a certificate of the hub's authority and a token, and for managers. */
import { constants } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { asMusterError, MusterError } from '../../errors.ts';
import type { Identity } from '../../identity.ts';
import type { Log } from '../../log.ts';
import { readBody } from './body.ts';
import { Entry, type EntryParts, type Who } from './entry.ts';
import { Limits } from './limits.ts';
import type { Answer, Asked, Route } from './route.ts';
import { send, sendError } from './send.ts';

/** How long it may take until a connection is secured, until a request's head is there, until all of it is, and until an answer is read, ms. */
const PATIENCE = {
  ...{ handshake: 5_000, head: 5_000, request: 30_000, answer: 30_000 },
  ...{ idle: 75_000, check: 1_000 },
};
/** Connections at once, and those of which it is not known yet whose they are; one more, and the oldest has to go. */
const MOST_CONNECTIONS = 8_192;
const MOST_UNKNOWN = 256;
/** How long what is being answered may take to end once the gate closes, ms. */
const CLOSING_MS = 2_000;
const MOST_BODY = 64 * 1024;

export interface GateParts extends EntryParts {
  /** Who the hub is; containers and managers have pinned its key. */
  identity: Identity;
  routes: readonly Route[];
  log: Log;
  /** How long each may take, ms. */
  patience?: Partial<typeof PATIENCE>;
}

export interface Gate {
  /** The port it listens on. */
  port: number;
  /** Lets nobody in any more; ends what is being answered. */
  close(): Promise<void>;
}

/** Listens on an address and a port (0: any that is free). Rejects with `hub.taken` where something else listens there. */
export async function openGate(parts: GateParts, listen: { host: string; port: number }): Promise<Gate> {
  const { log, routes } = parts;
  const patience = { ...PATIENCE, ...parts.patience };
  const entry = new Entry(parts);
  const limits = new Limits();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const server = createServer({
    key: parts.identity.key,
    cert: parts.identity.certificate,
    minVersion: 'TLSv1.3',
    requestCert: true,
    // Whose a certificate is, the gate looks at itself, with its own clock: managers have no authority but their key.
    rejectUnauthorized: false,
    // A connection that is taken up again would show no certificate.
    secureOptions: constants.SSL_OP_NO_TICKET,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: patience.handshake,
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: patience.check,
    keepAliveTimeout: patience.idle,
    maxHeaderSize: 8_192,
  });
  server.maxConnections = MOST_CONNECTIONS;
  const unknown = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const [oldest] = unknown.values();
    if (unknown.size >= MOST_UNKNOWN) oldest?.destroy();
    const name = nameOf(socket);
    unknown.set(name, socket);
    socket.once('close', () => unknown.delete(name));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    if (entry.greet(socket)) return;
    log.warn({ address: socket.remoteAddress }, 'somebody without a certificate was refused');
    socket.destroy();
  });
  server.on('tlsClientError', (_, socket: TLSSocket) => socket.destroy());
  server.on('clientError', (_, socket) => socket.destroy());
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> => {
    const url = placeOf(request);
    const route = routes.find(({ method, path }) => method === request.method && path === url.pathname);
    const wanted = route ?? NOWHERE;
    const who = await entry.admit(request, wanted);
    unknown.delete(nameOf(request.socket));
    if (!route) throw new MusterError('hub.request', { message: url.pathname.slice(0, 100) });
    const inside = limits.enter(who.name, who.kind);
    try {
      const body = await readBody(request, route.most ?? MOST_BODY, inside);
      try {
        const asked = { query: url.searchParams, headers: request.headers, body: body.bytes, signal: gone };
        const answered = await answerOf(route, who, asked);
        await send(response, answered, { gone, within: patience.answer });
      } finally {
        body.release();
      }
    } finally {
      inside.leave();
    }
  };
  server.on('request', (request, response) => {
    const gone = new AbortController();
    const end = () => gone.abort();
    closing.signal.addEventListener('abort', end);
    response.once('close', () => {
      closing.signal.removeEventListener('abort', end);
      gone.abort();
    });
    answer(request, response, gone.signal).catch((thrown: unknown) => {
      const error = asMusterError(thrown);
      if (error.code === 'internal' && !gone.signal.aborted)
        log.error({ err: thrown, path: request.url }, 'the gate failed');
      // What is a mistake in the code is for the log, not for whoever asks.
      sendError(
        request,
        response,
        error.code === 'internal' ? new MusterError('internal', { message: 'hub' }) : error,
      );
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new MusterError('hub.taken', { listen: `${listen.host}:${listen.port}` }, { cause: error })
          : error,
      ),
    );
    server.listen(listen.port, listen.host, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort();
      server.closeIdleConnections();
      for (const socket of unknown.values()) socket.destroy();
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

/** What nobody has declared is nobody's: only managers are told that it is not there. */
const NOWHERE: Route = { for: 'manager', method: 'GET', path: '', answer: async () => ({}) };

/** Answers as a route does for who asks; whom it is for was looked at before. */
async function answerOf(route: Route, who: Who, asked: Asked): Promise<Answer> {
  if (route.for === 'manager') return route.answer(asked);
  if (who.kind === 'manager') throw new MusterError('hub.stranger', { reason: 'place', place: route.for });
  return route.answer({ ...asked, caller: who.caller });
}

/** What is asked for; throws `hub.request`. */
function placeOf({ url = '/' }: IncomingMessage): URL {
  try {
    return new URL(url, 'https://hub');
  } catch {
    throw new MusterError('hub.request', { message: url.slice(0, 100) });
  }
}

/** A connection, also the TCP one below a secured one. */
const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
