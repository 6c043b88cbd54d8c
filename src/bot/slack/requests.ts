/** Slack's signed requests: what is not Slack's is refused here, said to operators, and never seen by anything behind it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HTTPReceiver, type Logger } from '@slack/bolt';
import { MusterError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { humanDuration, humanSize } from '../../units.ts';
import type { Entrance } from './entrance.ts';
import { type Flaw, flawOf } from './signature.ts';

/** Where Slack sends everything. */
export const PATH = '/slack/events';
/** The largest request, bytes: Slack's largest are some hundred kilobytes. */
const MOST_BYTES = 1_000_000;
/** How long a request may take to come in, ms; Slack gives up after three seconds. */
const SLOWEST_MS = 10_000;
/** How long what is being answered may take at the end, ms. */
const GOODBYE_MS = 1_000;

export interface RequestParts {
  signingSecret: Secret;
  port: number;
  logger: Logger;
  /** Told of every request that is refused: which kind of trouble it is, and what operators may read. */
  onRefused(what: string, error: MusterError): void;
  /** The time, ms. */
  now?: () => number;
}

export class RequestEntrance implements Entrance {
  readonly receiver: HTTPReceiver;
  readonly connected = undefined;
  readonly #parts: RequestParts;
  #server: Server | undefined;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    const { signingSecret, logger } = parts;
    this.receiver = new HTTPReceiver({
      signingSecret: signingSecret.reveal(),
      logger,
      endpoints: [PATH],
      bodyLimit: MOST_BYTES,
    });
  }

  async open(): Promise<{ gone: Promise<void> }> {
    const options = { requestTimeout: SLOWEST_MS, headersTimeout: SLOWEST_MS };
    const server = createServer(options, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#parts.logger.error('a request could not be answered', String(error));
        response.destroy();
      });
    });
    server.listen(this.#parts.port);
    await once(server, 'listening');
    this.#server = server;
    return { gone: once(server, 'close').then(() => {}) };
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = once(server, 'close');
    const late = setTimeout(() => server.closeAllConnections(), GOODBYE_MS);
    server.close();
    await closed;
    clearTimeout(late);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { signingSecret, port, now = Date.now } = this.#parts;
    const path = (request.url ?? '').split('?')[0] as string;
    if (path !== PATH || request.method !== 'POST') {
      const wrong = `${request.method} ${path.slice(0, 100)}`;
      const error = new MusterError('platform.path', { platform: 'slack', port, path: wrong, right: PATH });
      return this.#refuse(response, 404, 'path', error);
    }
    const body = await bodyOf(request);
    if (body === undefined) {
      const facts = { platform: 'slack', port, limit: humanSize(MOST_BYTES) };
      return this.#refuse(response, 413, 'size', new MusterError('platform.size', facts));
    }
    // Slack looks from time to time whether the port answers; Bolt takes everything else out of such a request.
    const looks = new URLSearchParams(body.toString()).get('ssl_check') === '1';
    const flaw = looks ? undefined : flawOf(request.headers, body, signingSecret.reveal(), now());
    if (flaw) return this.#refuse(response, 401, ...this.#reason(flaw));
    this.receiver.requestListener(Object.assign(request, { rawBody: body }), response);
  }

  #reason(flaw: Flaw): [what: string, error: MusterError] {
    const facts = { platform: 'slack', port: this.#parts.port, secret: 'signingSecret' };
    if (flaw.kind !== 'time')
      return ['signature', new MusterError('platform.forged', { ...facts, problem: flaw.kind })];
    const off = humanDuration(Math.abs(flaw.apart));
    return ['clock', new MusterError('platform.clock', { ...facts, off })];
  }

  #refuse(response: ServerResponse, status: number, what: string, error: MusterError): void {
    this.#parts.onRefused(what, error);
    response.writeHead(status, { connection: 'close' }).end();
  }
}

/** The body of a request; undefined where it is too large, and nothing more of it is read. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return undefined;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
