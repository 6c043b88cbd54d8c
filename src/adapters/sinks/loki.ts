/** Grafana Loki, by its push API (POST /loki/api/v1/push). */
import { bearer } from '../../hub.ts';
import type { Line } from '../../lines.ts';
import { mayBeLater, Poster } from './post.ts';
import { failed, inHalves, originOf, type Sink } from './sink.ts';

interface Stream {
  stream: Record<string, string>;
  values: [time: string, line: string, metadata: Record<string, string>][];
}

/**
 * The body of a push. Labels are few, as Loki wants them: what changes often (stream, number, generation) is structured metadata.
 * Within a stream lines are in the order of their times.
 */
export function lokiBody(lines: readonly Line[]): { streams: Stream[] } {
  const streams = new Map<string, Stream>();
  for (const line of lines) {
    const { host, app, service, ...rest } = originOf(line);
    const labels = { job: 'muster', ...strings({ host, app, service }), level: line.level };
    const name = JSON.stringify(labels);
    const entry: Stream = streams.get(name) ?? { stream: labels, values: [] };
    streams.set(name, entry);
    entry.values.push([`${line.time}`, line.message, strings(rest)]);
  }
  for (const { values } of streams.values())
    values.sort(([one], [other]) => one.length - other.length || (one < other ? -1 : one > other ? 1 : 0));
  return { streams: [...streams.values()] };
}

/** Passes messages on to Loki. What was taken already is taken once more without harm: Loki drops equal lines of one time. */
export function loki(parts: { url: string; tenant?: string; token?: string; ca?: string }): Sink {
  const { tenant, token, ca } = parts;
  const poster = new Poster({
    url: new URL('loki/api/v1/push', parts.url.endsWith('/') ? parts.url : `${parts.url}/`).href,
    headers: {
      'Content-Type': 'application/json',
      ...(tenant !== undefined && { 'X-Scope-OrgID': tenant }),
      ...(token !== undefined && { Authorization: bearer(token) }),
    },
    ca,
  });
  // It takes what it can of a push, and says only what was wrong with some: halves of it tell which.
  const send = inHalves(async (lines, signal) => {
    const { status, text } = await poster.post(JSON.stringify(lokiBody(lines)), signal);
    if (status >= 200 && status < 300) return undefined;
    if (mayBeLater(status)) throw failed(`HTTP ${status} ${text}`);
    return text;
  });
  return { send, close: async () => poster.close() };
}

const strings = (record: Record<string, string | number | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]])),
  );
