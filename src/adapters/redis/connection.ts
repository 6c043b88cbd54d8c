/** The one door to ioredis: how Muster connects, and how it names its keys. */
import { Redis } from 'ioredis';

export type { Redis } from 'ioredis';

/** Every key starts with this hash tag, so that Redis Cluster keeps them in one slot and scripts may touch several. */
export const KEY_PREFIX = '{muster}';

/** A key of Muster: `key('run', id)`. */
export const key = (...parts: string[]): string => [KEY_PREFIX, ...parts].join(':');

/** Where Redis is: a `redis://` or `rediss://` URL, or the path of a unix socket. */
export type RedisAddress = string;

/** A connection that waits for Redis while it is away and never gives up on a command (what BullMQ workers need). */
export function connectRedis(address: RedisAddress, onError: (error: Error) => void = () => {}): Redis {
  const options = {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    // Behind the same address there is another primary by now; this connection still leads to the old one.
    reconnectOnError: (error: Error) => error.message.includes('READONLY'),
    retryStrategy: (times: number) => Math.min(20 * 2 ** Math.min(times, 5), 500),
  };
  const redis = address.startsWith('/')
    ? new Redis({ ...options, path: address })
    : new Redis(address, options);
  redis.on('error', onError);
  return redis;
}
