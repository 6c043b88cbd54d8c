/** What the command line and the environment say, as options for `wire/`. */

import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { createLog } from '../log.ts';
import { Scrubber } from '../secret.ts';
import type { WireOptions } from '../wire/state.ts';

export interface Places {
  config: string;
  state: string;
}

/** Where state is: the folder, absolute, and Redis from the environment. */
export const placesOf = ({ state }: Pick<Places, 'state'>): { state: string; redisUrl?: string } => ({
  state: resolve(state),
  redisUrl: process.env.REDIS_URL || undefined,
});

/** The state folder's socket where `muster say` finds a running Muster. */
export const sayingSocket = (state: string): string => join(state, 'muster.sock');

/** Absolute folders, Redis from the environment, a log; passwords in REDIS_URL are never shown. */
export function wireOptions(
  places: Places,
  log: { level: string; destination: string | number },
): WireOptions {
  const scrubber = new Scrubber();
  const { state, redisUrl } = placesOf(places);
  const password = redisUrl?.startsWith('redis') ? new URL(redisUrl).password : '';
  if (password) scrubber.learn(decodeURIComponent(password));
  return {
    config: resolve(places.config),
    state,
    redisUrl,
    environment: process.env,
    scrubber,
    log: createLog({ level: process.env.LOG_LEVEL ?? log.level, destination: log.destination, scrubber }),
  };
}

/** The operating system's name of whoever runs this; a number where it has none. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'nobody');
  }
}
