/** The server of the API: listens, and bounds what comes in. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { MusterError } from '../errors.ts';
import { type Listening, listen } from '../listening.ts';
import type { Log } from '../log.ts';

const MOST_CONNECTIONS = 512;
/** Bytes of the head of a request. */
const LONGEST_HEAD = 16_384;
/** A certificate and its key, PEM. */
export interface Pem {
  cert: Buffer;
  key: Buffer;
}

export interface Api extends Listening {
  /** Shows another certificate from now on; throws `api.certificate`. */
  renew(tls: Pem): void;
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
  place: { host: string; port: number },
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
  server.maxConnections = MOST_CONNECTIONS;
  const listening = await listen(server, place, (request, response, end) => {
    // What somebody sends along is not wanted, and not kept.
    request.resume();
    void answer(request, response, end);
  }).catch((error: NodeJS.ErrnoException) => {
    const facts = { listen: `${place.host}:${place.port}`, message: error.code ?? error.message };
    throw new MusterError('api.taken', facts, { cause: error });
  });
  server.on('error', (err) => log.warn({ err }, 'the server of the API'));
  return {
    ...listening,
    renew: (pem) => certified(() => 'setSecureContext' in server && server.setSecureContext(pem)),
  };
}

function certified<Of>(open: () => Of): Of {
  try {
    return open();
  } catch (error) {
    throw new MusterError('api.certificate', { message: (error as Error).message }, { cause: error });
  }
}
