/** The HTTP side: `/bot<token>/<method>`, answers as core.telegram.org/bots/api#making-requests. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readParams } from './body.ts';
import { chatMethods } from './chats.ts';
import { messageMethods } from './messages.ts';
import { bad, Refusal } from './refusal.ts';
import { responseMethods } from './responses.ts';
import type { Method, Service } from './service.ts';
import type { Troubles } from './troubles.ts';

/** Names are found whatever their case, as on the real server. */
const METHODS = new Map<string, [name: string, Method]>(
  Object.entries({ ...chatMethods, ...messageMethods, ...responseMethods }).map(([name, method]) => [
    name.toLowerCase(),
    [name, method],
  ]),
);

/** One call as it was answered. */
export interface Call {
  method: string;
  params: Record<string, unknown>;
  /** The HTTP status; 0 when the connection was dropped. */
  status: number;
}

export interface Door {
  token: string;
  revoked: boolean;
  /** Why what a call says is refused, whatever it looks like; undefined where it is taken. */
  distaste?(method: string, params: Record<string, unknown>): string | undefined;
  troubles: Troubles;
  calls: Call[];
  /** Told of each call when it has taken effect, before the caller is. */
  watch?(call: Call): void;
}

/** A server that lets a bot with the door's token in. */
export function botServer(service: Service, door: Door): Server {
  return createServer((request, response) => {
    serve(service, door, request, response).catch(() => response.destroy());
  });
}

async function serve(service: Service, door: Door, request: IncomingMessage, response: ServerResponse) {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const [, token, wanted = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(decodeURIComponent(pathname)) ?? [];
  const [name, method] = METHODS.get(wanted.toLowerCase()) ?? [wanted, undefined];
  const call: Call = { method: name, params: {}, status: 0 };
  door.calls.push(call);
  const trouble = door.troubles.next(name);
  const [status, body] = await outcome(async () => {
    const params = await readParams(request);
    call.params = params.values;
    if (trouble === 'before' || trouble === 'outage') return undefined;
    if (token === undefined || !/^\d+:/.test(token)) throw new Refusal(404, 'Not Found');
    if (token !== door.token || door.revoked) throw new Refusal(401, 'Unauthorized');
    if (!method) throw new Refusal(404, 'Not Found: method not found');
    const distaste = door.distaste?.(name, params.values);
    if (distaste !== undefined) throw bad(distaste);
    return method(service, params, gone.signal);
  });
  if (trouble === 'before' || trouble === 'after' || gone.signal.aborted) return response.destroy();
  call.status = trouble === 'outage' ? 502 : status;
  door.watch?.(call);
  if (trouble === 'outage') return response.writeHead(502, { 'content-type': 'text/html' }).end(OUTAGE);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What a call comes to; a mistake of the fake itself shows as a 500 that says so. */
async function outcome(run: () => Promise<unknown>): Promise<[status: number, body: unknown]> {
  try {
    return [200, { ok: true, result: await run() }];
  } catch (error) {
    const { code, message, hints } =
      error instanceof Refusal ? error : new Refusal(500, `Internal Server Error: ${(error as Error).stack}`);
    return [code, { ok: false, error_code: code, description: message, ...(hints && { parameters: hints }) }];
  }
}

/** What the proxy in front of the real service shows. */
const OUTAGE = `<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>nginx/1.18.0</center>\r
</body>\r
</html>\r
`;
