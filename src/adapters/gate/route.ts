/** What can be asked at the gate: routes, and what they are given and answer. */
import type { z } from 'zod';
import { MusterError } from '../../errors.ts';
import type { Caller } from '../../hub.ts';

export interface Asked {
  query: URLSearchParams;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** At most as long as the route allows. */
  body: Buffer;
  /** Aborts when whoever asked is gone, and when the gate closes. */
  signal: AbortSignal;
}

/** The head and the body of an answer; a body that is no text is sent as JSON, an iterable as one line of JSON for each. */
export interface Answer {
  /** 200 where it is not said. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer | object | AsyncIterable<unknown>;
}

interface Common {
  method: 'GET' | 'POST';
  /** Like `/v1/config`. */
  path: string;
  /** How long a body may be, bytes; 64 KiB where it is not said. */
  most?: number;
}

/** For containers: asked by a caller that has shown a certificate and a token. */
export interface ContainerRoute extends Common {
  for: 'container';
  /** Also for generations that are not live any more. */
  retired?: true;
  /** Only for generations of which it is known that they are live. */
  surely?: true;
  answer(asked: Asked & { caller: Caller }): Promise<Answer>;
}

/** For managers, and workers elsewhere: asked with Muster's own identity. */
export interface ManagerRoute extends Common {
  for: 'manager';
  answer(asked: Asked): Promise<Answer>;
}

export type Route = ContainerRoute | ManagerRoute;

/** A body as it should be; throws `hub.request`. */
export function bodyOf<Shape extends z.ZodType>(
  shape: Shape,
  { body }: Pick<Asked, 'body'>,
): z.output<Shape> {
  let data: unknown;
  try {
    data = JSON.parse(body.toString('utf8'));
  } catch {
    throw new MusterError('hub.request', { message: 'JSON' });
  }
  const parsed = shape.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MusterError('hub.request', { message: issue?.path.join('.') || 'JSON' });
}
