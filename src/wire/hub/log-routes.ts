/** What containers and managers ask of the log hub. */
import { bodyOf, type Route } from '../../adapters/gate/route.ts';
import { MusterError } from '../../errors.ts';
import { HubLine, HubStream } from '../../hub.ts';
import type { LogStore, Wanted } from '../../hubs/log/log.ts';
import type { Pump } from '../../hubs/log/pump.ts';
import { LogAsked, toldLine } from '../../log-asking.ts';

/** Bytes of lines that a container may send at once. */
const MOST = 4 * 1024 * 1024;

/** What is asked about. */
export interface LogParts {
  store: LogStore;
  sinks: ReadonlyMap<string, { pump?: Pick<Pump, 'sent'>; refused: number; trouble?: string }>;
  troubles: ReadonlyMap<string, { host: string; what: string; text: string }>;
}

export const logRoutes = ({ store, sinks, troubles }: LogParts): Route[] => [
  {
    for: 'container',
    method: 'POST',
    path: '/v1/logs',
    most: MOST,
    // What it printed to the end is wanted, too.
    retired: true,
    async answer({ caller, body }) {
      const [head = '', ...rest] = body.toString('utf8').split('\n');
      const { stream } = bodyOf(HubStream, { body: Buffer.from(head) });
      const { app, host, generation, service } = caller;
      const source = { app, host, generation, service, stream };
      const lines = rest.filter((line) => line !== '').map(lineOf);
      try {
        return { body: { next: await store.take(source, lines) } };
      } catch (error) {
        const status = error instanceof MusterError ? FULL[error.code] : undefined;
        if (status === undefined) throw error;
        return { status, headers: { 'Retry-After': '1' }, body: { next: store.next(source) } };
      }
    },
  },
  {
    for: 'manager',
    method: 'GET',
    path: '/v1/logs',
    async answer({ query, signal }) {
      const { wanted, limit, end } = readAsked(query);
      return { body: told(store.query(wanted, { limit, end, signal }).lines) };
    },
  },
  {
    for: 'manager',
    method: 'GET',
    path: '/v1/logs/follow',
    async answer({ query, signal }) {
      const { wanted, limit } = readAsked(query);
      return { body: followed(store, wanted, limit, signal) };
    },
  },
  {
    for: 'manager',
    method: 'GET',
    path: '/v1/logs/verify',
    async answer({ query, signal }) {
      return { body: await store.verify(readAsked(query).wanted, signal) };
    },
  },
  {
    for: 'manager',
    method: 'GET',
    path: '/v1/logs/stats',
    async answer() {
      const pumps = [...sinks].map(([name, { pump, refused, trouble }]) => ({
        name,
        sent: pump?.sent ?? 0,
        refused,
        ...(trouble !== undefined && { trouble }),
      }));
      const { jumped } = store;
      return { body: { shares: store.shares(), sinks: pumps, troubles: [...troubles.values()], jumped } };
    },
  },
];

/** 429 and 507: what was kept is told, and the rest comes again. */
const FULL: Partial<Record<string, number>> = { 'logs.busy': 429, 'logs.full': 507 };
/** How many messages are given out where no number is said. */
const STANDARD = 1_000;

function lineOf(text: string) {
  const { time, ...line } = bodyOf(HubLine, { body: Buffer.from(text) });
  return { ...line, time: BigInt(time) };
}

/** A query as text; throws `hub.request`. */
function readAsked(query: URLSearchParams): { wanted: Wanted; limit: number; end: 'first' | 'last' } {
  const asked = LogAsked.safeParse(Object.fromEntries(query));
  if (!asked.success)
    throw new MusterError('hub.request', { message: asked.error.issues[0]?.path.join('.') || 'query' });
  const { limit, end = 'last', since, until, ...rest } = asked.data;
  return {
    wanted: {
      ...rest,
      ...(since !== undefined && { since: BigInt(since) }),
      ...(until !== undefined && { until: BigInt(until) }),
    },
    limit: limit === undefined ? STANDARD : Number(limit),
    end,
  };
}

async function* told(lines: AsyncIterable<Parameters<typeof toldLine>[0]>) {
  for await (const line of lines) yield toldLine(line);
}

/** The last ones, and then what arrives. */
async function* followed(store: LogStore, wanted: Wanted, limit: number, signal: AbortSignal) {
  const { lines, place } = store.query(wanted, { limit, end: 'last', signal });
  for await (const line of lines) yield toldLine(line);
  const { since: _, until: __, ...live } = wanted;
  for await (const arrived of store.tail(live, { signal, after: place }))
    for (const line of arrived.lines) yield toldLine(line);
}
