/** The door: `/api/<method>`, uploads and sockets (docs.slack.dev/apis/web-api). */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Troubles } from '../telegram/troubles.ts';
import { receiveFile } from './files.ts';
import { METHODS, OPEN_CONNECTION } from './methods.ts';
import { Params, parseBody, readBytes, tokenOf } from './params.ts';
import { Flooded, Refusal } from './refusal.ts';
import type { Service } from './service.ts';

/** One call as it was answered. */
export interface Call {
  method: string;
  params: Record<string, unknown>;
  /** The HTTP status; 0 when the connection was dropped. */
  status: number;
  /** The code of a refusal. */
  error?: string;
}

/** The two tokens of an app; one that was revoked is worth nothing. */
export interface Door {
  tokens: Record<'bot' | 'app', string>;
  /** With what they are refused. */
  revoked: Map<string, string>;
  /** Methods that the app has no scope for any more, and which one. */
  withdrawn: Map<string, string>;
  /** Why what a call says is refused, whatever it looks like; undefined where it is taken. */
  distaste?(method: string, params: Record<string, unknown>): string | undefined;
  troubles: Troubles;
  calls: Call[];
}

export function webServer(service: Service, door: Door): Server {
  const server = createServer((request, response) => {
    serve(service, door, request, response).catch(() => response.destroy());
  });
  return server.on('upgrade', (request, socket) => service.sockets.accept(request, socket));
}

async function serve(service: Service, door: Door, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, id] = /^\/upload\/v1\/(\w+)$/.exec(pathname) ?? [];
  const [, method] = /^\/api\/([\w.]+)$/.exec(pathname) ?? [];
  const call: Call = { method: method ?? (id ? 'upload' : pathname), params: {}, status: 0 };
  door.calls.push(call);
  const trouble = door.troubles.next(call.method);
  if (trouble === 'before') return response.destroy();
  if (trouble === 'outage') {
    call.status = 502;
    return response.writeHead(502, { 'content-type': 'text/html' }).end(OUTAGE);
  }
  if (id !== undefined) {
    const status = await receiveFile(service, request, id);
    if (trouble === 'after') return response.destroy();
    call.status = status;
    return response.writeHead(status).end(status === 200 ? 'OK' : 'not OK');
  }
  if (method === undefined) {
    call.status = 404;
    return response.writeHead(404).end('expired_url');
  }
  const [status, headers, body] = await answer(service, door, request, call);
  if (trouble === 'after') return response.destroy();
  call.status = status;
  if (typeof body.error === 'string') call.error = body.error;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

type Answer = [status: number, headers: Record<string, string>, body: Record<string, unknown>];

/** What a call comes to; a mistake of the fake itself shows as a 500 that says so. */
async function answer(service: Service, door: Door, request: IncomingMessage, call: Call): Promise<Answer> {
  try {
    const params = parseBody(request, await readBytes(request));
    const { token: _, ...shown } = params.values;
    call.params = shown;
    const method = METHODS.get(call.method);
    if (!method) throw new Refusal('unknown_method');
    checkToken(door, request, params, call.method);
    const needed = door.withdrawn.get(call.method);
    if (needed !== undefined)
      return [200, {}, { ok: false, error: 'missing_scope', needed, provided: 'users:read' }];
    service.budget.call(call.method);
    const distaste = door.distaste?.(call.method, shown);
    if (distaste !== undefined) throw new Refusal(distaste);
    return [200, {}, { ok: true, ...method(service, new Params(shown)) }];
  } catch (error) {
    if (error instanceof Flooded) {
      return [429, { 'retry-after': `${error.retryAfter}` }, { ok: false, error: 'ratelimited' }];
    }
    if (!(error instanceof Refusal)) return [500, {}, { ok: false, error: String((error as Error).stack) }];
    const { code, details } = error;
    const more = details.length > 0 && { errors: details, response_metadata: { messages: details } };
    return [200, {}, { ok: false, error: code, ...more }];
  }
}

function checkToken(
  { tokens, revoked }: Door,
  request: IncomingMessage,
  params: Params,
  method: string,
): void {
  const opening = method === OPEN_CONNECTION;
  const token = opening ? tokenOf(request, new Params({})) : tokenOf(request, params);
  if (token === '') throw new Refusal('not_authed');
  if (token !== tokens.bot && token !== tokens.app) throw new Refusal('invalid_auth');
  const refusal = revoked.get(token);
  if (refusal !== undefined) throw new Refusal(refusal);
  if (token !== (opening ? tokens.app : tokens.bot)) throw new Refusal('not_allowed_token_type');
}

/** What the proxy in front of the real service shows. */
const OUTAGE = `<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
</body>\r
</html>\r
`;
