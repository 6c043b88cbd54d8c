/** Gives pieces of files to whoever asked, no faster than they are taken: two buffers each, one being read into while the other is sent. */
import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Download } from './downloads.ts';
import type { Piece } from './range.ts';

/** Bytes of a buffer: large ones cost fewer turns, and memory for each download. */
const BUFFER = 256 * 1_024;
/** Buffers that are kept for the next download. */
const MOST_KEPT = 64;
const kept: Buffer[] = [];

/** Resolves with whether all of it was handed over; the file stays open. Rejects where it cannot be read, or is shorter than it was. */
export async function transfer(
  file: FileHandle,
  { from, bytes }: Piece,
  response: ServerResponse,
  download: Download,
): Promise<boolean> {
  const end = from + bytes;
  const buffers = [
    kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER),
    kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER),
  ];
  let at = from;
  let turn = 0;
  let sending: Promise<boolean> = Promise.resolve(true);
  while (at < end) {
    const buffer = buffers[turn] as Buffer;
    const { bytesRead } = await file.read(buffer, 0, Math.min(BUFFER, end - at), at);
    if (bytesRead === 0) throw new TypeError('a blob became shorter');
    at += bytesRead;
    turn = 1 - turn;
    if (!(await sending)) return false;
    sending = sent(response, buffer.subarray(0, bytesRead)).then((done) => {
      if (done) download.took(bytesRead);
      return done;
    });
  }
  if (!(await sending)) return false;
  // What is on its way to a socket that closed may still be read from: only what was sent is used again.
  for (const buffer of buffers) if (kept.length < MOST_KEPT) kept.push(buffer);
  return true;
}

/** Resolves once the operating system has it; false where the connection is gone. */
function sent(response: ServerResponse, chunk: Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const gone = () => resolve(false);
    response.once('close', gone);
    response.write(chunk, (error) => {
      response.off('close', gone);
      resolve(!error);
    });
  });
}
