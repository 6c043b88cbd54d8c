/** Asks a service on a unix socket whether it is there. */
import type { Duplex } from 'node:stream';
import type { Shell } from '../../shell.ts';

/** How long a service may take to answer, ms. */
const PATIENCE_MS = 5_000;

/**
 * Whether `GET path` (HTTP/1.0, RFC 1945) on a unix socket of the host is answered with 200. Rejects with the system's
 * own error where the socket is there but may not be used (`EACCES`).
 */
export async function pings(shell: Shell, socket: string, path: string): Promise<boolean> {
  const stream = await shell.connect(socket).catch((error) => {
    if (error?.code === 'EACCES') throw error;
    return undefined;
  });
  if (stream === undefined) return false;
  const timer = setTimeout(() => stream.destroy(new Error('no answer')), PATIENCE_MS);
  try {
    stream.write(`GET ${path} HTTP/1.0\r\n\r\n`);
    return /^HTTP\/1\.[01] 200 /.test(await firstBytes(stream));
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}

async function firstBytes(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.length >= 'HTTP/1.1 200 '.length) break;
  }
  return text;
}
