import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connectRedis } from '../../../src/adapters/redis/connection.ts';
import { isRefusal, untilTaken } from '../../../src/adapters/redis/refusal.ts';
import { openProxy } from '../../proxy.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('a connection to redis', () => {
  let servers: TestRedis[];
  before(async () => {
    servers = await Promise.all([startRedis(), startRedis()]);
  });
  after(async () => {
    for (const server of servers) await server.stop();
  });

  test('goes over to the new primary where the old one became a replica and stayed up', async () => {
    const [old, next] = servers as [TestRedis, TestRedis];
    const proxy = await openProxy(old.socket);
    const redis = connectRedis(proxy.socket);
    try {
      await redis.set('a', 'before');
      await old.connect().replicaof('127.0.0.1', 1);
      proxy.redirect(next.socket);
      await assert.rejects(redis.set('a', 'refused'), (error) => isRefusal(error));
      await untilTaken(
        () => redis.set('a', 'after'),
        () => false,
      );
      assert.equal(await next.connect().get('a'), 'after');
    } finally {
      redis.disconnect();
      await proxy.close();
    }
  });
});

describe('a write that redis refuses', () => {
  test('is tried until it is taken', async () => {
    let tries = 0;
    const write = async () => {
      tries += 1;
      if (tries < 3) throw new Error("OOM command not allowed when used memory > 'maxmemory'.");
      return 'taken';
    };
    assert.equal(await untilTaken(write, () => false), 'taken');
    assert.equal(tries, 3);
  });

  test('for its own sake, or for long enough, is the caller’s business', async () => {
    const wrong = new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
    await assert.rejects(
      untilTaken(
        () => Promise.reject(wrong),
        () => false,
      ),
      wrong,
    );
    const full = new Error("OOM command not allowed when used memory > 'maxmemory'.");
    await assert.rejects(
      untilTaken(
        () => Promise.reject(full),
        () => true,
      ),
      full,
    );
  });
});
