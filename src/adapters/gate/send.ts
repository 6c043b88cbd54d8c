/** Answers of the gate. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode, MusterError } from '../../errors.ts';
import type { Answer } from './route.ts';

/** What an error is in HTTP; all others are 422. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'hub.stranger': 401,
  'hub.expired': 401,
  'hub.retired': 403,
  'hub.request': 400,
  'hub.large': 413,
  'hub.busy': 429,
  'host.diskfull': 507,
  'logs.full': 507,
  'logs.busy': 429,
  internal: 500,
};
/** After these the connection ends: nothing more is read of it. */
const FINAL = [401, 413];

/**
 * Sends an answer, and resolves when it was read: until then its caller is inside, and holds no more than so many. Whoever does not
 * read it within so many ms is hung up on; what is sent line by line waits for whoever reads.
 */
export async function send(
  response: ServerResponse,
  answer: Answer,
  { gone, within }: { gone: AbortSignal; within: number },
): Promise<void> {
  const { status = 200, headers = {}, body } = answer;
  if (isLines(body)) {
    response.writeHead(status, { 'Content-Type': 'application/x-ndjson', ...headers });
    response.flushHeaders();
    for await (const line of body) {
      if (gone.aborted) break;
      if (!response.write(`${JSON.stringify(line)}\n`))
        await once(response, 'drain', { signal: gone }).catch(() => {});
    }
    response.end();
    return;
  }
  const plain = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = plain ? (body ?? '') : JSON.stringify(body);
  response.writeHead(status, {
    ...(!plain && { 'Content-Type': 'application/json' }),
    ...(status !== 304 && { 'Content-Length': Buffer.byteLength(bytes) }),
    ...headers,
  });
  if (response.destroyed) return;
  const late = setTimeout(() => response.destroy(), within);
  const read = new Promise((resolve) => response.once('close', resolve));
  response.end(bytes);
  await read;
  clearTimeout(late);
}

/** Says what went wrong as JSON; where an answer has begun already, it is cut off. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: MusterError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = STATUS[error.code] ?? 422;
  const body = JSON.stringify(error);
  const final = FINAL.includes(status);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(status === 429 && { 'Retry-After': '1' }),
    ...(final && { Connection: 'close' }),
  });
  response.end(body);
  if (final) request.resume();
}

const isLines = (body: Answer['body']): body is AsyncIterable<unknown> =>
  typeof body === 'object' && Symbol.asyncIterator in body;
