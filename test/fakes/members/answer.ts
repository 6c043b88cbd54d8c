/** What both services answer with, and the troubles a test can make for them. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON; a string as it is. */
  body?: unknown;
}

/** `hang` never answers, `cut` ends in the middle of an answer. */
export type Trouble = Answer | 'hang' | 'cut';

export interface Asked {
  path: string;
  headers: IncomingMessage['headers'];
  status: number;
}

export interface FakeServer {
  /** `http://127.0.0.1:PORT` */
  origin: string;
  /** Everything that was asked, oldest first, with the status it was answered with. */
  asked: Asked[];
  /** How many requests were open at once at the most. */
  most: number;
  /** What goes wrong with the requests whose path begins so, until it is removed. */
  troubles: Map<string, Trouble>;
  close(): Promise<void>;
}

/** A server on loopback; only GET is known. */
export async function startServer(
  answer: (url: URL, request: IncomingMessage) => Answer,
): Promise<FakeServer> {
  const troubles = new Map<string, Trouble>();
  const asked: Asked[] = [];
  let open = 0;
  const server: Server = createServer((request, response) => {
    open += 1;
    fake.most = Math.max(fake.most, open);
    response.once('close', () => {
      open -= 1;
    });
    const url = new URL(request.url as string, fake.origin);
    const trouble = [...troubles].find(([path]) => url.pathname.startsWith(path))?.[1];
    if (trouble === 'hang') return;
    if (trouble === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
      response.write('[');
      // Once it is on its way, the connection ends.
      response.socket?.end();
      return;
    }
    const given = trouble ?? (request.method === 'GET' ? answer(url, request) : { status: 405 });
    asked.push({ path: `${url.pathname}${url.search}`, headers: request.headers, status: given.status });
    // A turn later, so that requests that come at once are open at once.
    setImmediate(() => send(response, given));
  });
  const fake: FakeServer = {
    origin: '',
    asked,
    most: 0,
    troubles,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(text);
}

/** A whole number from a query, or another where it is none or below one. */
export function numberOf(url: URL, name: string, otherwise: number): number {
  const text = url.searchParams.get(name) ?? '';
  return /^\d+$/.test(text) && Number(text) >= 1 ? Number(text) : otherwise;
}
