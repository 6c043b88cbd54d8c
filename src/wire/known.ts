/** Which hosts were added in a chat, for commands that start nothing: known where Redis is up, and nowhere else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '../adapters/redis/connection.ts';
import { embeddedSocket } from '../adapters/redis/embedded.ts';
import type { Known } from '../config/load.ts';
import { hostsIn } from '../jobs/enrolment/store.ts';

/** How long Redis may take to answer, ms. */
const PATIENCE_MS = 3_000;

/** The hosts of the chat; none where Muster has never run with this state folder, `unknown` where Redis does not answer. */
export async function knownHosts(place: { state: string; redisUrl?: string }): Promise<Known> {
  const socket = embeddedSocket(place.state);
  if (place.redisUrl === undefined && !existsSync(join(socket, '..'))) return {};
  if (place.redisUrl === undefined && !existsSync(socket)) return 'unknown';
  const redis = connectRedis(place.redisUrl ?? socket);
  // Where nobody listens, that is the answer.
  redis.options.retryStrategy = () => null;
  redis.options.maxRetriesPerRequest = 0;
  try {
    const late = sleep(PATIENCE_MS, 'unknown' as const, { ref: false });
    return await Promise.race([hostsIn(redis).catch(() => 'unknown' as const), late]);
  } finally {
    redis.disconnect();
  }
}
