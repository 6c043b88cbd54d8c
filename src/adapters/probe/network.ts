/** Whether something answers over the network, seen from here: HTTP, TCP, the certificate of TLS, names of DNS. */
import { lookup, Resolver } from 'node:dns/promises';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect, isIP } from 'node:net';
import { connect as secure } from 'node:tls';
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';
import { humanDuration } from '../../units.ts';
import { type Finding, judged } from './finding.ts';

/** The most of a page that is read, bytes. */
const MAX_PAGE = 64 * 1024;
const DAY_MS = 86_400_000;

export interface HttpTarget {
  url: string;
  /** The status that is expected; any from 200 to 399 by default. */
  status?: number;
  /** What the page has to have in it. */
  contains?: string;
  /** An answer that takes longer is worth a warning, ms. */
  slow?: number;
}

/** Rejects where nothing answers; an answer is judged. Redirects are not followed. */
export async function probeHttp(
  { url, status, contains, slow }: HttpTarget,
  signal: AbortSignal,
): Promise<Finding> {
  const words = messages().health.probe;
  const began = performance.now();
  const response = await answerOfHttp(url, signal);
  const page = await beginning(response);
  const took = performance.now() - began;
  const got = response.statusCode ?? 0;
  const detail = words.http({ status: got, time: humanDuration(took) });
  const isExpected = status === undefined ? got >= 200 && got < 400 : got === status;
  if (!isExpected) return { status: 'unhealthy', detail };
  if (contains !== undefined && !page.includes(contains))
    return { status: 'unhealthy', detail: words.lacks({ text: printable(contains) }) };
  return { status: slow !== undefined && took > slow ? 'degraded' : 'healthy', detail };
}

/** Over a connection of its own each time: one that is kept would say nothing of whether new ones can be made. */
function answerOfHttp(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const ask = new URL(url).protocol === 'https:' ? secureRequest : request;
  return new Promise((resolve, reject) => {
    const asked = ask(url, { signal, agent: false, headers: { 'user-agent': 'muster' } }, resolve);
    asked.once('error', reject);
    asked.end();
  });
}

/** Rejects where nobody listens there. */
export async function probeTcp(
  { host, port }: { host: string; port: number },
  signal: AbortSignal,
): Promise<Finding> {
  const began = performance.now();
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host, port });
    const stop = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('connect', () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(signal.reason));
    socket.once('connect', () => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
    });
  });
  return {
    status: 'healthy',
    detail: messages().health.probe.tcp({ time: humanDuration(performance.now() - began) }),
  };
}

export interface TlsTarget {
  host: string;
  port: number;
  /** The name that is asked for; the host by default. */
  name?: string;
  /** How long before it runs out it is worth a warning, ms. */
  warn: number;
}

/** Whether a certificate is trusted, fits the name, and holds for a while yet. Rejects where nobody speaks TLS there. */
export async function probeTls(
  { host, port, name = host, warn }: TlsTarget,
  signal: AbortSignal,
): Promise<Finding> {
  const words = messages().health.probe;
  const seen = await new Promise<{ until: number; problem?: string }>((resolve, reject) => {
    const socket = secure({
      host,
      port,
      ...(isIP(name) === 0 && { servername: name }),
      rejectUnauthorized: false,
    });
    const stop = () => socket.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('error', reject);
    socket.once('close', () => reject(signal.reason ?? new Error('closed')));
    socket.once('secureConnect', () => {
      signal.removeEventListener('abort', stop);
      const { valid_to: until } = socket.getPeerCertificate();
      const problem = socket.authorized
        ? undefined
        : String((socket.authorizationError as Error | undefined)?.message ?? socket.authorizationError);
      resolve({ until: Date.parse(until), problem });
      socket.destroy();
    });
  });
  const left = seen.until - Date.now();
  if (!Number.isFinite(left) || left <= 0) return { status: 'unhealthy', detail: words.expired };
  if (seen.problem !== undefined)
    return { status: 'unhealthy', detail: words.untrusted({ message: printable(seen.problem) }) };
  return judged(
    -left,
    { warn: -warn, alarm: 0 },
    words.expires({ time: humanDuration(Math.max(DAY_MS / 24, left)) }),
  );
}

export interface DnsTarget {
  name: string;
  type: 'A' | 'AAAA' | 'CNAME' | 'MX' | 'TXT' | 'NS';
  /** Which server is asked, like `192.0.2.53`; the machine's own by default. */
  server?: string;
  /** What has to be among the answers. */
  expect?: string;
}

/** Rejects where the name is not known. */
export async function probeDns(
  { name, type, server, expect }: DnsTarget,
  signal: AbortSignal,
): Promise<Finding> {
  const words = messages().health.probe;
  const resolver = new Resolver();
  if (server !== undefined) resolver.setServers([server]);
  const stop = () => resolver.cancel();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const plain = server === undefined && (type === 'A' || type === 'AAAA');
    const found = plain
      ? (await lookup(name, { all: true, family: type === 'A' ? 4 : 6 })).map(({ address }) => address)
      : ((await resolver.resolve(name, type)) as unknown[]).map(answerOf);
    const detail = printable(found.join(', ')).slice(0, 200);
    const isThere = expect === undefined || found.includes(expect);
    return {
      status: isThere && found.length > 0 ? 'healthy' : 'unhealthy',
      detail: isThere ? detail : words.other({ found: detail }),
    };
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const answerOf = (record: unknown): string => {
  if (Array.isArray(record)) return record.join('');
  if (typeof record === 'object' && record !== null && 'exchange' in record) return String(record.exchange);
  return String(record);
};

async function beginning(body: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= MAX_PAGE) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
