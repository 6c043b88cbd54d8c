/** Short answers of the boot server, and what is wrong with what was asked. */
import type { ServerResponse } from 'node:http';
import type { ErrorCode, MusterError } from '../../errors.ts';
import type { Answer } from './route.ts';

/** What an error is in HTTP; all others are 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'boot.request': 400,
  'boot.nowhere': 404,
  'boot.token': 404,
  'boot.method': 405,
  'boot.given': 410,
  'boot.guessing': 429,
  'boot.busy': 503,
};

/** How long somebody may take to read a short answer, ms. */
const STUCK_MS = 30_000;

/** Sends what was made for somebody; resolves once it was handed over. */
export async function send(
  response: ServerResponse,
  { status = 200, type, headers, body }: Exclude<Answer, { blob: string }>,
): Promise<boolean> {
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  return finished(response, body);
}

/** Says what went wrong, for people: machines go by the status. Where an answer has begun already, it is cut off. */
export async function sendError(response: ServerResponse, error: MusterError): Promise<void> {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = STATUS[error.code] ?? 500;
  // What was sent along may not have been read: what comes then is no request.
  await send(response, {
    status,
    type: 'text/plain; charset=utf-8',
    headers: {
      Connection: 'close',
      ...(status === 503 && { 'Retry-After': '5' }),
      ...(status === 429 && { 'Retry-After': '60' }),
    },
    body: `${error.code}: ${error.message}\n${error.hint}\n`,
  });
}

/** Ends an answer; resolves with whether it was handed over, which may take only so long. */
export function finished(response: ServerResponse, body?: string | Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => response.destroy(), STUCK_MS);
    const done = (whole: boolean) => {
      clearTimeout(late);
      resolve(whole);
    };
    response.once('finish', () => done(true));
    response.once('close', () => done(false));
    if (response.destroyed) done(false);
    else response.end(body);
  });
}
