/** What can be asked of the boot server: each path, what it is given, and its answer. */
import type { IncomingMessage } from 'node:http';
import type { BootDesk } from '../../boot.ts';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { BlobFolder } from './blob-file.ts';

/** Of whom somebody asks: who knows the machines, where the images are, and what it is called. */
export interface Counter {
  desk: BootDesk;
  blobs: BlobFolder;
  /** The programs that firmware loads, by name; undefined where there is none of that name. */
  loader(name: string): Promise<Buffer | undefined>;
  /** How machines reach it, like `http://10.77.0.1:8080`. */
  base: string;
  log: Log;
}

/** What a route is given. All of it is a stranger's. */
export interface Asked extends Counter {
  request: IncomingMessage;
  /** Parts of the path that are in braces, as they stand there: nothing in them is decoded. */
  named: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Who asks. */
  address: string;
  /** What was sent along, so many bytes at most; throws `boot.request` where it is more. */
  body(most: number): Promise<Buffer>;
  /** Says that nobody knows this token; throws `boot.token`, or `boot.busy` where somebody guesses. */
  stranger(): Promise<never>;
}

/** Bytes that are made for who asks, or a file by its content. */
export type Answer =
  | { status?: number; type: string; headers?: Record<string, string>; body: string | Buffer }
  | {
      blob: string;
      /** Called once its turn has come, and once the last byte of it was handed over. */
      /** Whether it is to be read before it is given: whoever asks cannot tell whether it is what it is called. */
      check?: boolean;
      /** Called instead where it is not. */
      corrupt?(): void;
      begun?(): void;
      fetched?(): void;
    };

export interface Route {
  method: 'GET' | 'POST' | 'PUT';
  /** Like `/v1/boots/{token}/files`. A `{…*}` at its end is all that follows. */
  path: string;
  answer(asked: Asked): Promise<Answer>;
}

/** The route of a path and a method, HEAD being GET; throws `boot.nowhere` or `boot.method`. */
export function routeOf(
  routes: readonly Route[],
  method: string,
  pathname: string,
): { route: Route; named: Record<string, string> } {
  const parts = pathname.split('/');
  let elsewhere = false;
  for (const route of routes) {
    const named = fits(route.path.split('/'), parts);
    if (!named) continue;
    if (route.method === (method === 'HEAD' ? 'GET' : method)) return { route, named };
    elsewhere = true;
  }
  throw new MusterError(elsewhere ? 'boot.method' : 'boot.nowhere');
}

function fits(wanted: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const named: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const [, name, rest] = /^\{(\w+)(\*?)\}$/.exec(part) ?? [];
    if (rest === '*') {
      if (parts.length < wanted.length) return undefined;
      named[name as string] = parts.slice(index).join('/');
      return named;
    }
    if (name !== undefined) named[name] = parts[index] ?? '';
    else if (part !== parts[index]) return undefined;
  }
  return wanted.length === parts.length ? named : undefined;
}
