/** Listens for HTTP, bounds who and what comes in, and closes without leaving anybody waiting. */
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';

/** How many may be connected, and from one address. */
const MOST = { connections: 4_096, each: 256 };
/** Bytes of the head of a request. */
const LONGEST_HEAD = 8_192;
/** How long a connection may be kept without a request, ms: machines ask once in a while, and come again. */
const KEPT_MS = 5_000;
/** How long what is being answered may take to end once it closes, ms. */
const CLOSING_MS = 2_000;

/** Why an answer is not wanted any more; an error each time would cost as much as a short answer. */
const GONE = 'gone';

export interface Listening {
  /** The port it listens on. */
  port: number;
  /** Lets nobody in any more, and ends what is being answered. */
  close(): Promise<void>;
}

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
  listen: { host: string; port: number },
): Promise<Listening> {
  const server = createServer({
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: KEPT_MS,
    maxHeaderSize: LONGEST_HEAD,
    noDelay: true,
  });
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  server.maxConnections = MOST.connections;
  bound(server);
  server.on('request', (request, response) => {
    const end = new AbortController();
    const stop = () => end.abort(GONE);
    closing.signal.addEventListener('abort', stop);
    response.once('close', () => {
      closing.signal.removeEventListener('abort', stop);
      if (closing.signal.aborted) setImmediate(() => server.closeIdleConnections());
      stop();
      // What was sent along and not wanted is not kept.
      request.resume();
    });
    void answer(request, response, end.signal);
  });
  const port = await listening(server, listen);
  server.on('error', (err) => log.warn({ err }, 'the boot server'));
  return {
    port,
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

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const facts = { listen: `${host}:${port}`, message: error.code ?? error.message };
      reject(new MusterError('boot.taken', facts, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}
