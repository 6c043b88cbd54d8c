/** Listens for HTTP, and bounds who and what comes in. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MusterError } from '../../errors.ts';
import { type Listening, listen } from '../../listening.ts';
import type { Log } from '../../log.ts';

/** How many may be connected, and from one address. */
const MOST = { connections: 4_096, each: 256 };
/** Bytes of the head of a request. */
const LONGEST_HEAD = 8_192;
/** How long a connection may be kept without a request, ms: machines ask once in a while, and come again. */
const KEPT_MS = 5_000;

interface Serving {
  /** Never rejects; `gone` aborts once whoever asked is gone, and when the server closes. */
  answer(request: IncomingMessage, response: ServerResponse, gone: AbortSignal): Promise<void>;
  /** How long the head of a request may take, and all of it, ms. */
  patience: { head: number; request: number };
  log: Log;
}

/** Listens on an address and a port. Rejects with `boot.taken`. */
export async function serve(
  { answer, patience, log }: Serving,
  place: { host: string; port: number },
): Promise<Listening> {
  const server = createServer({
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: KEPT_MS,
    maxHeaderSize: LONGEST_HEAD,
    noDelay: true,
  });
  server.maxConnections = MOST.connections;
  bound(server);
  const listening = await listen(server, place, (request, response, end) => {
    void answer(request, response, end.signal);
  }).catch((error: NodeJS.ErrnoException) => {
    const facts = { listen: `${place.host}:${place.port}`, message: error.code ?? error.message };
    throw new MusterError('boot.taken', facts, { cause: error });
  });
  server.on('error', (err) => log.warn({ err }, 'the boot server'));
  return listening;
}

/** One address does not hold all connections. */
function bound(server: Server): void {
  const held = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress: address = '' } = socket;
    const count = (held.get(address) ?? 0) + 1;
    if (count > MOST.each) return void socket.destroy();
    held.set(address, count);
    socket.once('close', () => {
      const left = (held.get(address) ?? 1) - 1;
      if (left > 0) held.set(address, left);
      else held.delete(address);
    });
  });
}
