/** The API: HTTP for scripts and dashboards, on behalf of people of the configuration. */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { runId } from '../bot/dispatch.ts';
import type { Config } from '../config/config.ts';
import { asMusterError, MusterError } from '../errors.ts';
import type { Audit } from '../jobs/audit.ts';
import type { Log } from '../log.ts';
import { health } from './health.ts';
import { Limits } from './limits.ts';
import { logs, tail } from './logs.ts';
import { describedBy } from './openapi.ts';
import { demand, permitted, type Question } from './permit.ts';
import { type Answer, type Asked, parametersOf, type Route, routeOf } from './route.ts';
import { run } from './runs.ts';
import { send, sendError } from './send.ts';
import { Strangers } from './strangers.ts';
import type { Asker, Tokens } from './tokens.ts';

/** All that can be asked. */
export const ROUTES: readonly Route[] = describedBy([logs, tail, health, run]);

/** How long a request's head and all of it may take, an answer may lie unread, and strangers wait; how often it is looked whether a tail may go on, and quiet events give a sign of life, ms. */
const PATIENCE = { head: 5_000, request: 10_000, stuck: 30_000, strangers: 1_000, look: 1_000, sign: 15_000 };
const MOST_CONNECTIONS = 512;
const LONGEST_HEAD = 16_384;
/** How long what is being answered may take to end once the API closes, ms. */
const CLOSING_MS = 2_000;
/** Characters of a request that go on record. */
const KEPT = 500;

export interface ApiParts extends Pick<Asked, 'runs' | 'state' | 'scrubber'> {
  /** As it is now. */
  config(): Config;
  tokens(): Tokens;
  logs(): Asked['logs'];
  audit: Pick<Audit, 'append'>;
  log: Log;
  patience?: Partial<typeof PATIENCE>;
}

export interface Api {
  /** The port it listens on. */
  port: number;
  /** Shows another certificate from now on; throws `api.certificate`. */
  renew(tls: Pem): void;
  /** Lets nobody in any more, and ends what is being answered. */
  close(): Promise<void>;
}

/** A certificate and its key, PEM. */
export interface Pem {
  cert: Buffer;
  key: Buffer;
}

/** Listens on an address and a port (0: any that is free), with a certificate over HTTPS. Rejects with `api.taken` or `api.certificate`. */
export async function openApi(
  parts: ApiParts,
  listen: { host: string; port: number },
  tls?: Pem,
): Promise<Api> {
  const { log, scrubber } = parts;
  const patience = { ...PATIENCE, ...parts.patience };
  const strangers = new Strangers(log, patience.strangers);
  const limits = new Limits();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);

  /** Who asks what: rejects with what is wrong with it. */
  const heard = async (request: IncomingMessage, signal: AbortSignal) => {
    const { authorization } = request.headers;
    const { asker, over } = parts.tokens().who(authorization);
    const shown = authorization !== undefined;
    const from = { address: request.socket.remoteAddress, shown, ...(over !== undefined && { over }) };
    if (!asker) return strangers.refuse(from, signal);
    if (request.method !== 'GET') throw new MusterError('api.method');
    const url = placeOf(request);
    const found = routeOf(ROUTES, url.pathname);
    if (!found) throw new MusterError('api.nowhere');
    return { asker, route: found.route, input: parametersOf(found.route, url.searchParams, found.named) };
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, end: AbortController) => {
    const { signal } = end;
    const { asker, route, input } = await heard(request, signal);
    const leave = limits.enter(asker.token, route.tail ? 'tails' : 'requests');
    let watch: NodeJS.Timeout | undefined;
    try {
      const question = asQuestion(request, asker, route, input);
      response.setHeader('Request-Id', question.id);
      if (route.tail)
        watch = setInterval(() => {
          if (!mayGoOn(asker, question)) end.abort();
        }, patience.look);
      const given = await answered(route, input, question, signal);
      const events = route.tail === true && /\btext\/event-stream\b/.test(request.headers.accept ?? '');
      await send(response, given, { events, cut: () => signal.aborted && !route.tail, patience });
    } finally {
      clearInterval(watch);
      leave();
    }
  };

  const answered = (
    route: Route,
    input: unknown,
    question: Question,
    signal: AbortSignal,
  ): Promise<Answer> => {
    const { runs, state, audit } = parts;
    const config = parts.config();
    const { caller } = question;
    const turn = () => limits.turn();
    const give = () =>
      route.answer(input, { config, caller, runs, state, logs: parts.logs(), scrubber, turn, signal });
    return route.command === undefined ? give() : permitted(question, { config, audit }, give);
  };

  const mayGoOn = (asker: Asker, question: Question): boolean => {
    try {
      demand(question, parts.config());
      return parts.tokens().counts(asker);
    } catch {
      return false;
    }
  };

  const options = {
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: LONGEST_HEAD,
    keepAlive: true,
  };
  const server = opened(() =>
    tls ? createSecureServer({ ...options, ...tls, minVersion: 'TLSv1.2' }) : createServer(options),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.on('request', (request, response) => {
    // What somebody sends along is not wanted, and not kept.
    request.resume();
    const end = new AbortController();
    const stop = () => end.abort();
    closing.signal.addEventListener('abort', stop);
    response.once('close', () => {
      closing.signal.removeEventListener('abort', stop);
      if (closing.signal.aborted) setImmediate(() => server.closeIdleConnections());
      stop();
    });
    answer(request, response, end).catch((thrown: unknown) => {
      const error = asMusterError(thrown);
      const own = error.code === 'internal';
      if (own && !end.signal.aborted) log.error({ err: thrown }, 'the API failed');
      // What is a mistake in the code is for the log, not for whoever asks.
      const said = own ? new MusterError('internal', { message: 'API' }) : error;
      void sendError(response, said, scrubber, patience.stuck);
    });
  });
  const port = await listening(server, listen);
  return {
    port,
    renew: (pem) => opened(() => 'setSecureContext' in server && server.setSecureContext(pem)),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      closing.abort();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
      await closed;
      clearTimeout(late);
    },
  };
}

function asQuestion({ url = '' }: IncomingMessage, asker: Asker, route: Route, input: unknown): Question {
  const { token, person } = asker;
  return {
    id: runId({ platform: 'api', chat: token, id: randomUUID() }),
    caller: { person, platform: 'api', chat: token },
    text: `GET ${url}`.slice(0, KEPT),
    command: route.command ?? '',
    scope: [route.scope(input)].flat(),
    tail: route.tail === true,
  };
}

/** What is asked for; throws `api.nowhere`. */
function placeOf({ url = '/' }: IncomingMessage): URL {
  try {
    return new URL(url, 'http://api');
  } catch {
    throw new MusterError('api.nowhere');
  }
}

function opened<Of>(open: () => Of): Of {
  try {
    return open();
  } catch (error) {
    throw new MusterError('api.certificate', { message: (error as Error).message }, { cause: error });
  }
}

/** The port that a server listens on. Rejects with `api.taken`. */
function listening(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const facts = { listen: `${host}:${port}`, message: error.code ?? error.message };
      reject(new MusterError('api.taken', facts, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}
