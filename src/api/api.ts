/** The API: HTTP for scripts and dashboards, on behalf of people of the configuration. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
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
import { type Api, type Pem, serve } from './serve.ts';
import { Strangers } from './strangers.ts';
import type { Asker, Tokens } from './tokens.ts';

/** All that can be asked. */
export const ROUTES: readonly Route[] = describedBy([logs, tail, health, run]);

/** How long a request's head and all of it may take, an answer may lie unread, and strangers wait; how often it is looked whether a tail may go on, and quiet events give a sign of life, ms. */
const PATIENCE = { head: 5_000, request: 10_000, stuck: 30_000, strangers: 1_000, look: 1_000, sign: 15_000 };
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

  return serve(
    {
      patience,
      log,
      async answer(request, response, end) {
        try {
          await answer(request, response, end);
        } catch (thrown) {
          const error = asMusterError(thrown);
          const own = error.code === 'internal';
          if (own && !end.signal.aborted) log.error({ err: thrown }, 'the API failed');
          // What is a mistake in the code is for the log, not for whoever asks.
          const said = own ? new MusterError('internal', { message: 'API' }) : error;
          await sendError(response, said, scrubber, patience.stuck);
        }
      },
    },
    listen,
    tls,
  );
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
