/** Answers of the API, no faster than they are read. */
import type { ServerResponse } from 'node:http';
import type { ErrorCode, MusterError } from '../errors.ts';
import type { Scrubber } from '../secret.ts';
import type { Answer } from './route.ts';

/** What an error is in HTTP; all others are 422. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'api.token': 401,
  'api.request': 400,
  'api.nowhere': 404,
  'api.method': 405,
  'api.busy': 429,
  'api.approval': 403,
  'access.denied': 403,
  'config.unknown': 404,
  'run.unknown': 404,
  'host.pending': 409,
  'input.invalid': 400,
  'logs.pattern': 400,
  'hub.request': 400,
  'hub.busy': 429,
  'hub.none': 503,
  'hub.never': 503,
  'hub.unreachable': 503,
  'hub.key.changed': 503,
  'hub.stranger': 503,
  internal: 500,
};

const COMMON = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

export interface Sending {
  /** Server-sent events instead of lines. */
  events: boolean;
  /** Whether it ended early. */
  cut(): boolean;
  /** How long whoever asked may read nothing of what is there, and how often a quiet stream of events gives a sign of life, ms. */
  patience: { stuck: number; sign: number };
}

/** Sends an answer, and resolves when it was read. Whoever does not read it is hung up on. */
export async function send(response: ServerResponse, answer: Answer, sending: Sending): Promise<void> {
  const { events, cut, patience } = sending;
  if ('object' in answer) return sendObject(response, 200, answer.object, patience.stuck);
  response.writeHead(200, {
    ...COMMON,
    'Content-Type': events ? 'text/event-stream' : 'application/x-ndjson',
  });
  response.flushHeaders();
  const give = () => hasRoom(response) && response.write(':\n\n');
  const sign = events ? setInterval(give, patience.sign) : undefined;
  try {
    for await (const line of answer.lines) {
      const text = JSON.stringify(line);
      const { cursor } = line as { cursor?: string };
      response.write(events ? `id: ${cursor}\ndata: ${text}\n\n` : `${text}\n`);
      if (!hasRoom(response)) await once(response, 'drain', patience.stuck);
      if (response.destroyed) return;
    }
  } finally {
    clearInterval(sign);
  }
  // What is not whole must not look so.
  if (cut()) response.destroy();
  else await ended(response, undefined, patience.stuck);
}

/** Says what went wrong; where an answer has begun already, it is cut off. */
export async function sendError(
  response: ServerResponse,
  error: MusterError,
  scrubber: Scrubber,
  within: number,
): Promise<void> {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { code, message: summary, hint } = error;
  const status = STATUS[code] ?? 422;
  await sendObject(response, status, scrubber.data({ code, summary, hint }), within, {
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer', Connection: 'close' }),
    ...(status === 405 && { Allow: 'GET' }),
    ...(status === 429 && { 'Retry-After': '1' }),
  });
}

function sendObject(
  response: ServerResponse,
  status: number,
  object: object,
  within: number,
  headers: Record<string, string> = {},
): Promise<void> {
  const text = `${JSON.stringify(object)}\n`;
  response.writeHead(status, {
    ...COMMON,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    ...headers,
  });
  return ended(response, text, within);
}

const hasRoom = (response: ServerResponse): boolean => !response.writableNeedDrain && !response.destroyed;

function ended(response: ServerResponse, text: string | undefined, within: number): Promise<void> {
  const read = once(response, 'finish', within);
  response.end(text);
  return read;
}

/** Resolves once that came, or nobody reads any more: it may take only so many ms. */
function once(response: ServerResponse, what: 'drain' | 'finish', within: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => response.destroy(), within);
    const done = () => {
      clearTimeout(late);
      response.off(what, done);
      response.off('close', done);
      resolve();
    };
    response.once(what, done);
    response.once('close', done);
    if (response.destroyed) done();
  });
}
