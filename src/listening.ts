/** How a server of HTTP listens and closes, the same for each: nobody is left waiting, and what is being answered is told to end. */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** How long what is being answered may take to end once the server closes, ms. */
const CLOSING_MS = 2_000;

/** Why an answer is not wanted any more; an error each time would cost as much as a short answer. */
const GONE = 'gone';

export interface Listening {
  /** The port it listens on. */
  port: number;
  /** Lets nobody in any more, and ends what is being answered. */
  close(): Promise<void>;
}

/** Answers a request. Never rejects; `end` aborts once whoever asked is gone and when the server closes, or else ends the answer early. */
export type Answering = (request: IncomingMessage, response: ServerResponse, end: AbortController) => void;

/** Listens on an address and a port; rejects with the system's error where they cannot be had. */
export async function listen(
  server: Server,
  { host, port }: { host: string; port: number },
  answer: Answering,
): Promise<Listening> {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
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
    answer(request, response, end);
  });
  const own = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as { port: number }).port);
    });
  });
  return {
    port: own,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort(GONE);
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearTimeout(late);
    },
  };
}
