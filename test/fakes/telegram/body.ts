/** Reads what came with a request: the query, JSON, a form, or multipart as grammY streams it (core.telegram.org/bots/api#making-requests). */
import type { IncomingMessage } from 'node:http';
import { Params, type Upload } from './params.ts';
import { bad, Refusal } from './refusal.ts';

/** Documents up to 50 MB may be sent (core.telegram.org/bots/api#senddocument). */
export const FILE_BYTES = 50 * 1024 * 1024;
/** What the rest of a request may take. */
const FIELDS_BYTES = 1024 * 1024;

export async function readParams(request: IncomingMessage): Promise<Params> {
  const query = Object.fromEntries(new URL(request.url ?? '/', 'http://localhost').searchParams);
  const type = request.headers['content-type'] ?? '';
  const body = await readBytes(request);
  if (body.length === 0) return new Params(query);
  if (type.startsWith('application/json')) return new Params({ ...query, ...readJson(body) });
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return new Params({ ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) });
  }
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary === undefined) throw bad("can't parse request: unsupported content type");
  return readMultipart(body, boundary, query);
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= FILE_BYTES + FIELDS_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > FILE_BYTES + FIELDS_BYTES) throw tooLarge();
  return Buffer.concat(chunks);
}

const tooLarge = () => new Refusal(413, 'Request Entity Too Large');

function readJson(body: Buffer): Record<string, unknown> {
  try {
    const value = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw bad("can't parse request: can't parse JSON object");
}

function readMultipart(body: Buffer, boundary: string, query: Record<string, unknown>): Params {
  const values: Record<string, unknown> = { ...query };
  const files = new Map<string, Upload>();
  for (const part of parts(body, boundary)) {
    const split = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, split).toString();
    const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
    if (split < 0 || name === undefined) throw bad("can't parse request: a part has no name");
    const bytes = part.subarray(split + 4);
    const file = /filename="?([^"\r\n]*)"?/i.exec(head)?.[1];
    if (file === undefined) values[name] = bytes.toString();
    else if (bytes.length > FILE_BYTES) throw tooLarge();
    else files.set(name, { name: file, bytes });
  }
  return new Params(values, files);
}

/** What stands between the boundaries (RFC 2046, 5.1.1). */
function* parts(body: Buffer, boundary: string): Generator<Buffer> {
  const mark = Buffer.from(`\r\n--${boundary}`);
  const first = mark.subarray(2);
  let start = body.indexOf(first) + first.length;
  while (body.subarray(start, start + 2).toString() === '\r\n') {
    const end = body.indexOf(mark, start);
    if (end < 0) throw bad("can't parse request: the last part has no end");
    yield body.subarray(start + 2, end);
    start = end + mark.length;
  }
}
