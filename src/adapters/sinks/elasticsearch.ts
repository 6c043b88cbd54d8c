/** Elasticsearch and OpenSearch, by the bulk API (POST /_bulk). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Line } from '../../lines.ts';
import { mayBeLater, Poster } from './post.ts';
import { failed, inHalves, originOf, type Sink, stamp } from './sink.ts';

const Item = z.object({ status: z.number().int(), error: z.unknown().optional() });
const Answer = z.object({ errors: z.boolean(), items: z.array(z.object({ create: Item })) });
/** It is there already: sent before, and not heard that it was taken. */
const CONFLICT = 409;

/** The body: for each message what to do, and the message. Its id is made of its stream and number, so that it is there once. */
export const bulkBody = (index: string, lines: readonly Line[]): string =>
  lines
    .map((line) => {
      const { app, host, generation, service, run, stream, seq } = line;
      const id = createHash('sha256')
        .update(JSON.stringify([app, host, generation, service, run, stream, seq]))
        .digest('base64url');
      const document = {
        '@timestamp': stamp(line.time),
        message: line.message,
        log: { level: line.level },
        muster: originOf(line),
        // Of names that any program makes up, an index would grow fields without end.
        ...(line.fields !== undefined && { fields: JSON.stringify(line.fields) }),
      };
      return `${JSON.stringify({ create: { _index: index, _id: id.slice(0, 27) } })}\n${JSON.stringify(document)}\n`;
    })
    .join('');

/** Passes messages on to Elasticsearch. */
export function elasticsearch(parts: { url: string; index: string; token?: string; ca?: string }): Sink {
  const { index, token, ca } = parts;
  const poster = new Poster({
    url: new URL('_bulk', parts.url.endsWith('/') ? parts.url : `${parts.url}/`).href,
    headers: {
      'Content-Type': 'application/x-ndjson',
      ...(token !== undefined && { Authorization: `ApiKey ${token}` }),
    },
    ca,
  });
  return {
    send: inHalves(async (lines, signal) => {
      const { status, text } = await poster.post(bulkBody(index, lines), signal);
      if (status >= 300 || status < 200) {
        if (mayBeLater(status)) throw failed(`HTTP ${status} ${text}`);
        return `HTTP ${status} ${text}`;
      }
      const answer = Answer.safeParse(parse(text)).data;
      if (!answer || answer.items.length !== lines.length) throw failed(`HTTP ${status} ${text}`);
      const bad = answer.items
        .map(({ create }) => create)
        .filter(({ status }) => status >= 300 && status !== CONFLICT);
      const later = bad.find((item) => mayBeLater(item.status));
      if (later) throw failed(JSON.stringify(later));
      return bad.length > 0
        ? { count: bad.length, message: JSON.stringify(bad[0]?.error ?? bad[0]) }
        : undefined;
    }),
    close: async () => poster.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
