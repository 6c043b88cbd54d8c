/** Whoever takes logs by OTLP/HTTP in JSON (OpenTelemetry Protocol 1, "OTLP/HTTP Request"). */
import { z } from 'zod';
import { bearer } from '../../hub.ts';
import type { Level, Line } from '../../lines.ts';
import { mayBeLater, Poster } from './post.ts';
import { failed, inHalves, originOf, type Sink } from './sink.ts';

/** Of the data model of logs, "Field: SeverityNumber". */
const SEVERITY: Record<Level, number> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

const Answer = z.object({
  partialSuccess: z
    .object({ rejectedLogRecords: z.coerce.number().optional(), errorMessage: z.string().optional() })
    .nullish(),
});

type Value =
  | { stringValue: string }
  | { intValue: string }
  | { doubleValue: number }
  | { boolValue: boolean };
interface Attribute {
  key: string;
  value: Value;
}

/** The body of an export: a resource for each app, service and host. */
export function otlpBody(lines: readonly Line[]) {
  const resources = new Map<string, { attributes: Attribute[]; logRecords: object[] }>();
  for (const line of lines) {
    const { host, app, service, generation, run, stream, seq } = originOf(line);
    const about = attributes({
      'service.name': service ?? app ?? 'muster',
      'service.namespace': app,
      'service.version': generation,
      'host.name': host,
    });
    const name = JSON.stringify(about);
    const entry = resources.get(name) ?? { attributes: about, logRecords: [] };
    resources.set(name, entry);
    entry.logRecords.push({
      timeUnixNano: `${line.said ?? line.time}`,
      observedTimeUnixNano: `${line.time}`,
      severityNumber: SEVERITY[line.level],
      severityText: line.level.toUpperCase(),
      body: { stringValue: line.message },
      attributes: attributes({
        'log.record.uid': `${stream}/${seq}`,
        'log.iostream': line.from ?? 'stdout',
        'muster.stream': stream,
        'muster.seq': seq,
        'muster.run': run,
        ...line.fields,
      }),
    });
  }
  return {
    resourceLogs: [...resources.values()].map(({ attributes: about, logRecords }) => ({
      resource: { attributes: about },
      scopeLogs: [{ scope: { name: 'muster' }, logRecords }],
    })),
  };
}

/** Passes messages on by OTLP/HTTP. */
export function otlp(parts: { url: string; token?: string; ca?: string }): Sink {
  const { url, token, ca } = parts;
  const headers = {
    'Content-Type': 'application/json',
    ...(token !== undefined && { Authorization: bearer(token) }),
  };
  const poster = new Poster({ url, headers, ca });
  return {
    send: inHalves(async (lines, signal) => {
      const { status, text } = await poster.post(JSON.stringify(otlpBody(lines)), signal);
      if (status >= 200 && status < 300) {
        const { partialSuccess } = Answer.safeParse(parse(text)).data ?? {};
        const count = partialSuccess?.rejectedLogRecords ?? 0;
        return count > 0 ? { count, message: partialSuccess?.errorMessage ?? '' } : undefined;
      }
      if (mayBeLater(status)) throw failed(`HTTP ${status} ${text}`);
      return `HTTP ${status} ${text}`;
    }),
    close: async () => poster.close(),
  };
}

const attributes = (record: Record<string, unknown>): Attribute[] =>
  Object.entries(record).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [{ key, value: valueFor(value) }],
  );

function valueFor(value: unknown): Value {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number' && Number.isFinite(value))
    return Number.isSafeInteger(value) ? { intValue: `${value}` } : { doubleValue: value };
  return { stringValue: typeof value === 'string' ? value : (JSON.stringify(value) ?? '') };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
