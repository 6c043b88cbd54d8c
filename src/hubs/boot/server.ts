/** The boot server: plain HTTP on a network of strangers, as iPXE and an initramfs speak nothing else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { asMusterError, MusterError } from '../../errors.ts';
import type { Listening } from '../../listening.ts';
import { giveBlob } from './blob.ts';
import { bodyOf } from './body.ts';
import { boots } from './boots.ts';
import { type DownloadPatience, Downloads } from './downloads.ts';
import { files } from './files.ts';
import { Hashes } from './hashes.ts';
import { type Counter, type Route, routeOf } from './route.ts';
import { scripts } from './scripts.ts';
import { send, sendError } from './send.ts';
import { serve } from './serve.ts';
import { Strangers } from './strangers.ts';

/** All that can be asked; more of it comes with `more`. */
export const ROUTES: readonly Route[] = [...scripts, ...files, ...boots];

/** How long a request's head and all of it may take, and strangers wait, ms. */
const PATIENCE = { head: 5_000, request: 15_000, strangers: 250 };

export interface BootServerParts extends Counter {
  /** How many blobs may be fetched at once, as it is now. */
  downloads(): number;
  /** What else is served, like the metadata that images of clouds look for. */
  more?: readonly Route[];
  patience?: Partial<typeof PATIENCE & DownloadPatience>;
}

export interface BootServer extends Listening {
  /** How many blobs are being fetched, and how many wait. */
  count(): { going: number; waiting: number };
}

/** Listens on an address and a port (0: any that is free). Rejects with `boot.taken`. */
export async function openBootServer(
  parts: BootServerParts,
  listen: { host: string; port: number },
): Promise<BootServer> {
  const { desk, blobs, log } = parts;
  const patience = { ...PATIENCE, ...parts.patience };
  const routes = [...ROUTES, ...(parts.more ?? [])];
  const downloads = new Downloads(parts.downloads, parts.patience);
  const hashes = new Hashes();
  const strangers = new Strangers((address, times) => {
    log.warn({ address, times }, 'somebody calls home with a token that nobody knows');
    desk.seen({ what: 'forged', address, times });
  }, patience.strangers);

  const answer = async (request: IncomingMessage, response: ServerResponse, gone: AbortSignal) => {
    const address = plainAddress(request.socket.remoteAddress);
    const { pathname, query } = placeOf(request);
    const { route, named } = routeOf(routes, request.method ?? '', pathname);
    const given = await route.answer({
      ...parts,
      ...{ request, named, query, address },
      body: (most) => bodyOf(request, most),
      stranger: () => strangers.refuse(address),
    });
    if (!('blob' in given)) return void (await send(response, given));
    const asking = { request, response, address, gone };
    if (await giveBlob(given, asking, { blobs, downloads, hashes })) given.fetched?.();
  };

  const server = await serve(
    {
      patience,
      log,
      async answer(request, response, gone) {
        try {
          await answer(request, response, gone);
        } catch (thrown) {
          const error = asMusterError(thrown);
          const own = error.code === 'internal';
          if (own && !gone.aborted) log.error({ err: thrown }, 'the boot server failed');
          // What is a mistake in the code is for the log, not for whoever asks.
          await sendError(response, own ? new MusterError('internal', { message: 'boot' }) : error);
        }
      },
    },
    listen,
  ).catch((error) => {
    downloads.close();
    throw error;
  });
  return {
    ...server,
    count: () => downloads.count,
    async close() {
      downloads.close();
      await server.close();
    },
  };
}

/** Of an address as Node tells it, also where IPv4 is told as IPv6. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

/** What is asked for, as it was written: `..` and `%2e` are names like any other, and there are none such. */
function placeOf({ url = '/' }: IncomingMessage): { pathname: string; query: URLSearchParams } {
  const at = url.indexOf('?');
  return {
    pathname: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
  };
}
