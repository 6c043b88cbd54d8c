/** The arguments of one call: a form or JSON, and the token (docs.slack.dev/apis/web-api). */
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

export class Params {
  readonly values: Record<string, unknown>;

  constructor(values: Record<string, unknown>) {
    this.values = values;
  }

  has(name: string): boolean {
    return (this.values[name] ?? '') !== '';
  }

  /** Text, empty when it is missing. */
  text(name: string): string {
    const value = this.values[name] ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  /** An object or a list, given as such or as JSON text; undefined when it is missing, `otherwise` refuses what does not parse. */
  json(name: string, otherwise: string): unknown {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw new Refusal(otherwise);
    }
  }
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What stands in the body. Limit: of forms only `application/x-www-form-urlencoded`, as the Web API's client sends them. */
export function parseBody(request: IncomingMessage, body: Buffer): Params {
  const type = request.headers['content-type'];
  if (body.length === 0) return new Params({});
  if (type === undefined) throw new Refusal('missing_post_type');
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return new Params(Object.fromEntries(new URLSearchParams(body.toString())));
  }
  if (!type.startsWith('application/json')) throw new Refusal('invalid_post_type');
  try {
    const value = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Params(value);
  } catch {}
  throw new Refusal('invalid_json');
}

/** The token of a call: a header, or an argument. */
export function tokenOf(request: IncomingMessage, params: Params): string {
  const [, bearer] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return bearer ?? params.text('token');
}
