/** Reads what somebody sends along. */
import type { IncomingMessage } from 'node:http';
import { MusterError } from '../../errors.ts';

/** All of it, so many bytes at most; throws `boot.request` where it is more, or does not come whole. */
export async function bodyOf(request: IncomingMessage, most: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += (chunk as Buffer).length;
      if (length > most) throw tooLong();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (error instanceof MusterError) throw error;
    throw new MusterError('boot.request', { problem: 'end' }, { cause: error });
  }
  return Buffer.concat(chunks);
}

const tooLong = () => new MusterError('boot.request', { problem: 'length' });
