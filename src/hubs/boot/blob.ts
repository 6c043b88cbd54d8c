/** Gives a blob to whoever asks for it: all of it or a piece, with its hash as its tag. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MusterError } from '../../errors.ts';
import type { BlobFolder } from './blob-file.ts';
import type { Downloads } from './downloads.ts';
import type { Hashes } from './hashes.ts';
import { wanted } from './range.ts';
import type { Answer } from './route.ts';
import { finished } from './send.ts';
import { transfer } from './transfer.ts';

/** It is what its name says for ever. */
const CACHED = 'public, max-age=31536000, immutable';

export interface BlobAsking {
  request: IncomingMessage;
  response: ServerResponse;
  address: string;
  /** Aborts once whoever asked is gone. */
  gone: AbortSignal;
}

/** Resolves once it is given, with whether the end of it was; throws `boot.nowhere`, `boot.corrupt`, or `boot.busy` where too many fetch. */
export async function giveBlob(
  { blob: sha256, check, corrupt, begun }: Extract<Answer, { blob: string }>,
  { request, response, address, gone }: BlobAsking,
  { blobs, downloads, hashes }: { blobs: BlobFolder; downloads: Downloads; hashes: Hashes },
): Promise<boolean> {
  const { file, size } = await blobs.open(sha256);
  try {
    if (check && (await hashes.of(file)) !== sha256) {
      corrupt?.();
      throw new MusterError('boot.corrupt', { sha256 });
    }
    const tag = `"${sha256}"`;
    const head = request.method === 'HEAD';
    const piece = wanted(head ? { ...request.headers, range: undefined } : request.headers, size, tag);
    response.setHeader('ETag', tag);
    response.setHeader('Accept-Ranges', 'bytes');
    response.setHeader('Cache-Control', CACHED);
    if (piece === 'unchanged' || piece === 'unsatisfiable') {
      if (piece === 'unchanged') response.writeHead(304);
      else response.writeHead(416, { 'Content-Range': `bytes */${size}`, 'Content-Length': 0 });
      await finished(response);
      return false;
    }
    const { from, bytes } = piece === 'whole' ? { from: 0, bytes: size } : piece;
    const opening = () =>
      response.writeHead(piece === 'whole' ? 200 : 206, {
        'Content-Type': 'application/octet-stream',
        'Content-Length': bytes,
        ...(piece !== 'whole' && { 'Content-Range': `bytes ${from}-${from + bytes - 1}/${size}` }),
      });
    if (head || bytes === 0) {
      opening();
      await finished(response);
      return !head;
    }
    const download = await downloads.enter(address, () => response.destroy(), gone);
    try {
      opening();
      begun?.();
      const all = await transfer(file, { from, bytes }, response, download);
      return all && (await finished(response)) && from + bytes === size;
    } finally {
      download.leave();
    }
  } finally {
    await file.close();
  }
}
