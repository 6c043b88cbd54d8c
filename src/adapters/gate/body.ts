/** The body of a request, of which no more is taken than is allowed. */
import type { IncomingMessage } from 'node:http';
import { MusterError } from '../../errors.ts';
import type { Inside } from './limits.ts';

/** All of it, and what gives its room back. Rejects with `hub.large` or `hub.busy`. */
export async function readBody(
  request: IncomingMessage,
  most: number,
  inside: Pick<Inside, 'hold' | 'release'>,
): Promise<{ bytes: Buffer; release(): void }> {
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > most) throw new MusterError('hub.large', { most });
  const parts: Buffer[] = [];
  let size = 0;
  const release = () => inside.release(size);
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      if (size + part.length > most) throw new MusterError('hub.large', { most });
      inside.hold(part.length);
      size += part.length;
      parts.push(part);
    }
    return { bytes: Buffer.concat(parts), release };
  } catch (error) {
    release();
    throw error;
  }
}
