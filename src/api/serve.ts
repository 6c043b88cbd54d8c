/** The server of the API: listens, bounds what comes in, and closes without leaving anybody waiting. */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';

const MOST_CONNECTIONS = 512;
/** Bytes of the head of a request. */
const LONGEST_HEAD = 16_384;
/** How long what is being answered may take to end once the API closes, ms. */
const CLOSING_MS = 2_000;

/** A certificate and its key, PEM. */
export interface Pem {
  cert: Buffer;
  key: Buffer;
}

export interface Api {
  /** The port it listens on. */
  port: number;
  /** Shows another certificate from now on; throws `api.certificate`. */
  renew(tls: Pem): void;
  /** Lets nobody in any more, and ends what is being answered. */
  close(): Promise<void>;
}

interface Serving {
  /** Never rejects; `end` aborts when whoever asked is gone and when the API closes, or else ends the answer early. */
  answer(request: IncomingMessage, response: ServerResponse, end: AbortController): Promise<void>;
  /** How long the head of a request may take, and all of it, ms. */
  patience: { head: number; request: number };
  log: Log;
}

/** Listens on an address and a port, with a certificate over HTTPS. Rejects with `api.taken` or `api.certificate`. */
export async function serve(
  { answer, patience, log }: Serving,
  listen: { host: string; port: number },
  tls: Pem | undefined,
): Promise<Api> {
  const options = {
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: LONGEST_HEAD,
    keepAlive: true,
  };
  const secure = () =>
    createSecureServer({ ...options, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: patience.head });
  const server = certified(() => (tls ? secure() : createServer(options)));
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('request', (request, response) => {
    // What somebody sends along is not wanted, and not kept.
    request.resume();
    const end = new AbortController();
    const stop = () => end.abort();
    closing.signal.addEventListener('abort', stop);
    response.once('close', () => {
      closing.signal.removeEventListener('abort', stop);
      if (closing.signal.aborted) setImmediate(() => server.closeIdleConnections());
      stop();
    });
    void answer(request, response, end);
  });
  const port = await listening(server, listen);
  server.on('error', (err) => log.warn({ err }, 'the server of the API'));
  return {
    port,
    renew: (pem) => certified(() => 'setSecureContext' in server && server.setSecureContext(pem)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function certified<Of>(open: () => Of): Of {
  try {
    return open();
  } catch (error) {
    throw new MusterError('api.certificate', { message: (error as Error).message }, { cause: error });
  }
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const facts = { listen: `${host}:${port}`, message: error.code ?? error.message };
      reject(new MusterError('api.taken', facts, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}
