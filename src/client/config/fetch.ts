/** Gets the files of this container from the hub. */
import type { HubConfig } from '../../hub.ts';
import { type Connection, refusalOf } from '../connection.ts';

export interface Asking {
  /** The version that is in force here: the answer is undefined where there is no other. */
  known?: string;
  /** Wait so many seconds for another one. */
  wait?: number;
  /** Tells this container from the others of its service. */
  life?: string;
  /** A version that could not be applied, and why. */
  refused?: { version: string; reason: string };
  /** How long the answer may take besides, ms. */
  within: number;
  signal?: AbortSignal;
}

/** The files, or undefined where nothing changed. Rejects where the hub does not give them. */
export async function fetchConfig(
  connection: Pick<Connection, 'ask'>,
  { known, wait, life, refused, within, signal }: Asking,
): Promise<HubConfig | undefined> {
  const query = new URLSearchParams({
    ...(wait && { wait: `${wait}` }),
    ...(life && { life }),
    ...(refused && { refused: refused.version, reason: refused.reason.slice(0, 500) }),
  }).toString();
  const reply = await connection.ask({
    method: 'GET',
    path: query ? `/v1/config?${query}` : '/v1/config',
    headers: known === undefined ? {} : { 'If-None-Match': `"${known}"` },
    within: within + (wait ?? 0) * 1_000,
    signal,
  });
  if (reply.status === 304) return undefined;
  if (reply.status !== 200) throw new Error(refusalOf(reply));
  return JSON.parse(reply.text) as HubConfig;
}
