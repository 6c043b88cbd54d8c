/** Syslog (RFC 5424) over TCP with counted octets (RFC 6587, 3.4.1) or over TLS (RFC 5425). */
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Level, Line } from '../../lines.ts';
import { messages } from '../../messages/messages.ts';
import { failed, type Sink, stamp } from './sink.ts';

/** Of RFC 5424, 6.2.1: facility 1 (user) and the severity. */
const PRIORITY: Record<Level, number> = { trace: 15, debug: 15, info: 14, warn: 12, error: 11, fatal: 10 };
/** How long a connection and a write may take, and how long one has to hold before what was written to it counts as taken, ms. */
const WITHIN_MS = 30_000;
const SURE_MS = 1_000;
/** Bytes that are kept to be written once more. */
const MOST_UNSURE = 16 * 1024 * 1024;
/** Of SD-PARAM values, RFC 5424, 6.3.3. */
const ESCAPED = /["\\\]]/g;

/** One message as RFC 5424 has it. */
export function syslogMessage(line: Line): string {
  const { host, app, service, message } = line;
  const time = stamp(line.time);
  const text = message.includes('\n') || message.includes('\0') ? flat(message) : message;
  return `<${PRIORITY[line.level]}>1 ${time.slice(0, -4)}Z ${word(host, 255)} ${word(service ?? app, 48)} - - [muster@32473${data(line)}] \ufeff${text}`;
}

/** Messages with their lengths in front. */
export function syslogFrames(lines: readonly Line[]): Buffer {
  const parts: string[] = [];
  for (const line of lines) {
    const message = syslogMessage(line);
    parts.push(`${Buffer.byteLength(message)} `, message);
  }
  return Buffer.from(parts.join(''));
}

const data = ({ app, generation, run, stream, seq }: Line): string =>
  `${param('app', app)}${param('generation', generation)}${param('run', run)}${param('stream', stream)} seq="${seq}"`;

const param = (name: string, value: string | undefined): string =>
  value === undefined ? '' : ` ${name}="${value.replace(ESCAPED, '\\$&')}"`;

const flat = (text: string): string => text.replaceAll('\n', '\\n').replaceAll('\0', '\\0');

/**
 * Passes messages on by syslog, which never says what it took: what was written to a connection that broke soon after is written
 * once more.
 */
export function syslog(parts: { host: string; port: number; tls: boolean; ca?: string }): Sink {
  let open: Promise<Socket> | undefined;
  let unsure: { bytes: Buffer; at: number }[] = [];
  const dial = (signal: AbortSignal): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const { host, port } = parts;
      const socket = parts.tls
        ? connectTls({ host, port, ca: parts.ca, servername: /^[\d.]+$|:/.test(host) ? '' : host })
        : connect({ host, port });
      const stop = () => socket.destroy(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error(messages().reasons.noAnswer)));
      socket.once('error', reject);
      socket.once('close', () => signal.removeEventListener('abort', stop));
      socket.once(parts.tls ? 'secureConnect' : 'connect', () => {
        signal.removeEventListener('abort', stop);
        socket.setTimeout(0);
        socket.setKeepAlive(true, 10_000);
        socket.on('error', () => {});
        // Nothing is said by the other side; that it hangs up has to be noticed.
        socket.resume();
        resolve(socket);
      });
      socket.once('close', () => {
        open = undefined;
        reject(new Error('EPIPE'));
      });
    });
  const write = (socket: Socket, bytes: Buffer, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => end(new Error(messages().reasons.noAnswer)), WITHIN_MS);
      const end = (error?: Error | null) => {
        clearTimeout(late);
        signal.removeEventListener('abort', stop);
        socket.off('close', gone);
        if (error) {
          socket.destroy();
          reject(error);
        } else resolve();
      };
      const stop = () => end(signal.reason as Error);
      const gone = () => end(new Error('EPIPE'));
      signal.addEventListener('abort', stop, { once: true });
      socket.once('close', gone);
      if (socket.destroyed) gone();
      else socket.write(bytes, end);
    });
  return {
    async send(lines, signal) {
      const bytes = syslogFrames(lines);
      try {
        const fresh = open === undefined;
        open ??= dial(signal);
        const socket = await open;
        const now = Date.now();
        if (fresh) for (const one of unsure) await write(socket, one.bytes, signal);
        else unsure = unsure.filter(({ at }) => now - at < SURE_MS);
        await write(socket, bytes, signal);
        unsure.push({ bytes, at: Date.now() });
        for (let sum = unsure.reduce((total, one) => total + one.bytes.length, 0); sum > MOST_UNSURE; )
          sum -= unsure.shift()?.bytes.length ?? sum;
        return undefined;
      } catch (error) {
        open = undefined;
        signal.throwIfAborted();
        const { code, message } = error as NodeJS.ErrnoException;
        throw failed(code ?? message, error);
      }
    },
    async close() {
      const socket = await open?.catch(() => undefined);
      if (!socket || socket.destroyed) return;
      const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.end();
      const late = setTimeout(() => socket.destroy(), 2_000);
      await over;
      clearTimeout(late);
    },
  };
}

/** A field of the header: printable ASCII without blanks, `-` where there is none. */
const word = (text: string | undefined, most: number): string =>
  text?.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';
