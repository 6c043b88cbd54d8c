/** Where Telegram brings updates: what does not prove itself is refused and told, and an update is acknowledged once it is kept. */
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Update } from 'grammy/types';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secret.ts';
import { humanSize } from '../../units.ts';

/** The largest request, bytes: a message has at most 4,096 characters, and what belongs to it some times as much. */
const MOST_BYTES = 1_000_000;
/** How long a request may take to come in, ms. */
const SLOWEST_MS = 10_000;
/** How long what is being answered may take at the end, ms. */
const GOODBYE_MS = 1_000;
const HEADER = 'x-telegram-bot-api-secret-token';

export interface DoorParts {
  port: number;
  /** The path that updates come to. */
  path: string;
  /** What Telegram proves itself by. */
  secret: Secret;
  log: Log;
  /** Resolves when an update is kept; Telegram brings it again where it rejects. */
  take(update: Update): Promise<void>;
  /** Told of each request that is refused: which kind of trouble it is, and what operators may read. */
  onRefused(what: string, error: MusterError): void;
}

export class Door {
  readonly #parts: DoorParts;
  readonly #server: Server;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    const options = { requestTimeout: SLOWEST_MS, headersTimeout: SLOWEST_MS };
    this.#server = createServer(options, (request, response) => {
      this.#serve(request, response).catch((err: unknown) => {
        parts.log.warn({ err }, 'an update from Telegram could not be kept; it comes again');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    });
  }

  /** Begins to let updates in; rejects with the system's error where the port cannot be had. */
  async open(): Promise<void> {
    this.#server.listen(this.#parts.port);
    await once(this.#server, 'listening');
  }

  /** Lets nothing in any more; resolves when what was let in is answered. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    const late = setTimeout(() => this.#server.closeAllConnections(), GOODBYE_MS);
    this.#server.close();
    this.#server.closeIdleConnections();
    await closed;
    clearTimeout(late);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port, path, take, onRefused } = this.#parts;
    const refuse = (status: number, what?: string, error?: MusterError) => {
      if (what !== undefined && error) onRefused(what, error);
      response.writeHead(status, { connection: 'close' }).end();
    };
    const facts = { platform: 'telegram', port, secret: 'secret' };
    // All kinds of strangers look at a public address; where Telegram itself goes wrong, it says so when it is asked.
    if ((request.url ?? '').split('?')[0] !== path) return refuse(404);
    if (request.method !== 'POST') return refuse(405);
    const problem = this.#flaw(request);
    if (problem) return refuse(401, 'secret', new MusterError('platform.forged', { ...facts, problem }));
    const body = await bodyOf(request);
    if (body === undefined) {
      const limit = humanSize(MOST_BYTES);
      return refuse(413, 'size', new MusterError('platform.size', { ...facts, limit }));
    }
    const update = updateOf(body);
    if (!update) return refuse(400, 'update', new MusterError('platform.garbled', facts));
    await take(update);
    response.writeHead(200).end();
  }

  #flaw({ headers }: IncomingMessage): 'missing' | 'wrong' | undefined {
    const given = headers[HEADER];
    if (typeof given !== 'string') return 'missing';
    const [ours, theirs] = [this.#parts.secret.reveal(), given].map((text) => Buffer.from(text)) as [
      Buffer,
      Buffer,
    ];
    return ours.length === theirs.length && timingSafeEqual(ours, theirs) ? undefined : 'wrong';
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

function updateOf(body: Buffer): Update | undefined {
  try {
    const update = JSON.parse(body.toString()) as Update | null;
    return Number.isInteger(update?.update_id) ? (update as Update) : undefined;
  } catch {
    return undefined;
  }
}
