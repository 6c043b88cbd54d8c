/** Live state in Redis hashes, one hash a family; values are JSON. Key family `state`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import type { LiveState } from './step.ts';

export class RedisState implements LiveState {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async get(family: string, name: string): Promise<unknown> {
    const text = await this.#redis.hget(key('state', family), name);
    return text === null ? undefined : JSON.parse(text);
  }

  async set(family: string, name: string, value: unknown): Promise<void> {
    await this.#redis.hset(key('state', family), name, JSON.stringify(value));
  }

  async remove(family: string, name: string): Promise<void> {
    await this.#redis.hdel(key('state', family), name);
  }

  async all(family: string): Promise<Record<string, unknown>> {
    const hash = await this.#redis.hgetall(key('state', family));
    return Object.fromEntries(Object.entries(hash).map(([name, text]) => [name, JSON.parse(text)]));
  }
}
