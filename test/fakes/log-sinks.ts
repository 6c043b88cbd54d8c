/**
 * Whoever takes logs, as strict as the real ones: what they refuse is refused, in their words and with their status. Written from
 * Loki's push API, the OpenTelemetry protocol's OTLP/HTTP, Elasticsearch's bulk API and RFC 5424 with 6587.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface FakeSink {
  url: string;
  port: number;
  /** What was taken, in order: the text of each message. */
  taken: string[];
  /** Statuses with which the next requests are refused; 0 breaks the connection, -1 takes all and breaks it before the answer. */
  next: number[];
  /** Requests that came. */
  asked: number;
  stop(): Promise<void>;
}

type Answer = [status: number, body: unknown];
type Handle = (request: IncomingMessage, body: Buffer, taken: string[]) => Answer;

async function serve(handle: Handle): Promise<FakeSink> {
  const fake = { taken: [] as string[], next: [] as number[], asked: 0 };
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    fake.asked += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const next = fake.next.shift();
    if (next === 0) return void request.socket.destroy();
    const [status, body] =
      next !== undefined && next > 0
        ? [next, 'try again']
        : handle(request, Buffer.concat(chunks), fake.taken);
    if (next === -1) return void request.socket.destroy();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(fake, { url: `http://127.0.0.1:${port}`, port, stop });
}

/** How far behind the newest line of its stream a line may be: half of Loki's `max_chunk_age`, ns. */
const BEHIND = 3_600_000_000_000n;

/** Loki: JSON of streams with labels, within a stream not too far behind; equal lines of one time are one. */
export function fakeLoki(tenant: string): Promise<FakeSink> {
  const newest = new Map<string, bigint>();
  const known = new Set<string>();
  return serve((request, body, taken) => {
    if (request.method !== 'POST' || request.url !== '/loki/api/v1/push') return [404, '404 page not found'];
    if (request.headers['content-type'] !== 'application/json') return [415, 'unsupported content type'];
    if (request.headers['x-scope-orgid'] !== tenant) return [401, 'no org id'];
    const { streams } = JSON.parse(body.toString('utf8'));
    const bad: string[] = [];
    for (const { stream, values } of streams) {
      const labels = Object.entries(stream);
      if (labels.length === 0 || labels.length > 15) return [400, 'too many or no labels'];
      if (
        labels.some(([name, value]) => !/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) || typeof value !== 'string')
      )
        return [400, 'error at least one label pair is required per stream'];
      const name = JSON.stringify(labels.sort());
      for (const [time, text, metadata = {}] of values) {
        if (typeof time !== 'string' || !/^\d{19}$/.test(time) || typeof text !== 'string')
          return [400, 'loghttp.PushRequest.Streams: unexpected value'];
        if (Object.values(metadata).some((value) => typeof value !== 'string'))
          return [400, 'structured metadata must be strings'];
        if (text.length > 256 * 1024) bad.push('max entry size exceeded');
        else if (BigInt(time) < (newest.get(name) ?? 0n) - BEHIND) bad.push('entry too far behind');
        else {
          if (BigInt(time) > (newest.get(name) ?? 0n)) newest.set(name, BigInt(time));
          const entry = `${name}${time}${text}`;
          if (!known.has(entry)) taken.push(text);
          known.add(entry);
        }
      }
    }
    return bad.length > 0 ? [400, `${bad.length} entries: ${bad[0]}`] : [204, ''];
  });
}

/** A collector: OTLP/HTTP in JSON, by its field names; refuses bodies that are too long, and says of single records that they are refused. */
export const fakeCollector = (most = 64 * 1024): Promise<FakeSink> =>
  serve((request, body, taken) => {
    if (request.method !== 'POST' || request.url !== '/v1/logs') return [404, ''];
    if (request.headers['content-type'] !== 'application/json') return [415, ''];
    if (body.length > most) return [413, ''];
    const data = JSON.parse(body.toString('utf8'));
    let refused = 0;
    if (Object.keys(data).join() !== 'resourceLogs') return [400, { code: 3, message: 'unknown field' }];
    for (const { resource, scopeLogs, ...more } of data.resourceLogs) {
      if (Object.keys(more).length > 0) return [400, { code: 3, message: 'unknown field' }];
      for (const attribute of resource.attributes) isAttribute(attribute);
      for (const { scope, logRecords } of scopeLogs) {
        if (typeof scope.name !== 'string') return [400, { code: 3, message: 'scope' }];
        for (const record of logRecords) {
          for (const attribute of record.attributes) isAttribute(attribute);
          const { timeUnixNano, observedTimeUnixNano, severityNumber, severityText, body: text } = record;
          const whole = [timeUnixNano, observedTimeUnixNano].every((time) => /^\d{19}$/.test(time));
          if (!whole || !(severityNumber >= 1 && severityNumber <= 24) || typeof severityText !== 'string')
            return [400, { code: 3, message: 'record' }];
          if (text.stringValue.includes('refuse me')) refused += 1;
          else taken.push(text.stringValue);
        }
      }
    }
    const partialSuccess = { rejectedLogRecords: `${refused}`, errorMessage: 'no' };
    return [200, refused > 0 ? { partialSuccess } : {}];
  });

function isAttribute({ key, value, ...more }: { key: unknown; value: Record<string, unknown> }): void {
  const [kind = '', only] = Object.entries(value)[0] ?? [];
  const fits: Record<string, boolean> = {
    stringValue: typeof only === 'string',
    intValue: typeof only === 'string' && /^-?\d+$/.test(only),
    doubleValue: typeof only === 'number',
    boolValue: typeof only === 'boolean',
  };
  if (
    typeof key !== 'string' ||
    !fits[kind] ||
    Object.keys(value).length !== 1 ||
    Object.keys(more).length > 0
  )
    throw new Error(`no attribute: ${JSON.stringify({ key, value })}`);
}

/** Elasticsearch: pairs of lines that end with a line end; an id that is there is a conflict; a document of another shape is refused alone. */
export function fakeElasticsearch(key: string): Promise<FakeSink> {
  const ids = new Set<string>();
  return serve((request, body, taken) => {
    if (request.method !== 'POST' || request.url !== '/_bulk') return [405, {}];
    if (request.headers.authorization !== `ApiKey ${key}`) return [401, { error: 'security_exception' }];
    if (request.headers['content-type'] !== 'application/x-ndjson') return [406, { error: 'Content-Type' }];
    const text = body.toString('utf8');
    if (!text.endsWith('\n'))
      return [400, { error: 'The bulk request must be terminated by a newline [\\n]' }];
    const lines = text.slice(0, -1).split('\n');
    if (lines.length % 2 !== 0) return [400, { error: 'Malformed action/metadata line' }];
    const items = [];
    for (let at = 0; at < lines.length; at += 2) {
      const action = JSON.parse(lines[at] as string);
      const document = JSON.parse(lines[at + 1] as string);
      const [name] = Object.keys(action);
      if (name !== 'create') return [400, { error: `Malformed action/metadata line [${at + 1}]` }];
      const { _id: id, _index: index } = action.create;
      const item = (status: number, error?: object) => ({
        create: { _index: index, _id: id, status, error },
      });
      if (Buffer.byteLength(id) > 512) items.push(item(400, { type: 'illegal_argument_exception' }));
      else if (ids.has(id)) items.push(item(409, { type: 'version_conflict_engine_exception' }));
      else if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z$/.test(document['@timestamp']))
        items.push(item(400, { type: 'document_parsing_exception' }));
      else if (document.message.includes('refuse me')) items.push(item(400, { type: 'mapper_exception' }));
      else if (document.message.includes('busy') && !ids.has(`busy ${id}`)) {
        ids.add(`busy ${id}`);
        items.push(item(429, { type: 'es_rejected_execution_exception' }));
      } else {
        ids.add(id);
        taken.push(document.message);
        items.push(item(201));
      }
    }
    return [200, { took: 1, errors: items.some(({ create }) => create.status >= 300), items }];
  });
}

const RFC_5424 =
  /^<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) - - \[muster@32473((?: [a-z]+="(?:[^"\\\]]|\\["\\\]])*")*)\] \ufeff(.*)$/su;

export interface FakeSyslog extends FakeSink {
  /** Breaks the connections there are, without reading what is on its way. */
  cut(): void;
  /** Reads nothing more, and then goes on. */
  pause(): void;
  resume(): void;
  /** What was no message. */
  bad: string[];
}

/** A syslog server with counted octets, over TCP or over TLS. */
export async function fakeSyslog(tls?: { key: string; cert: string }): Promise<FakeSyslog> {
  const fake = { taken: [] as string[], bad: [] as string[], next: [] as number[], asked: 0 };
  const sockets = new Set<Socket>();
  let paused = false;
  const accept = (socket: Socket) => {
    fake.asked += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (paused) socket.pause();
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const space = rest.indexOf(0x20);
        if (space < 0) return;
        const digits = rest.toString('latin1', 0, space);
        const end = space + 1 + Number(digits);
        if (!/^[1-9]\d{0,6}$/.test(digits)) {
          fake.bad.push(digits);
          return void socket.destroy();
        }
        if (rest.length < end) return;
        const message = rest.toString('utf8', space + 1, end);
        rest = rest.subarray(end);
        const [, priority, , , , text] = RFC_5424.exec(message) ?? [];
        if (text === undefined || Number(priority) > 191) fake.bad.push(message);
        else fake.taken.push(text);
      }
    });
  };
  const server = tls ? createTlsServer({ ...tls, minVersion: 'TLSv1.2' }, accept) : createTcpServer(accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    url: `127.0.0.1:${port}`,
    port,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    pause() {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}
