import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Seen } from '../../../src/jobs/alerts/seen.ts';
import { takePlace } from '../../../src/wire/hub/turn.ts';
import { needs } from '../../needs.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

const EVERY = 20;

describe('the one hub over a Redis', { skip: needs(['redis-server']) }, () => {
  let server: TestRedis;
  let seen: [Seen, Seen];
  before(async () => {
    server = await startRedis();
    seen = [new Seen(server.connect()), new Seen(server.connect())];
  });
  beforeEach(async () => seen[0].leave('hub/a', 'hub/b'));
  after(() => server.stop());

  test('is one of two that begin at the same time, and never none', async () => {
    for (let round = 0; round < 20; round += 1) {
      const both = await Promise.allSettled([
        takePlace(seen[0], 'hub/a', EVERY),
        takePlace(seen[1], 'hub/b', EVERY),
      ]);
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const [refused] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      assert.equal(refused.code, 'hub.taken');
      assert.equal((await seen[0].all()).length, 1);
      await seen[0].leave('hub/a', 'hub/b');
    }
  });

  test('has its place back under the same name, and gives it to another one once it is silent', async () => {
    await takePlace(seen[0], 'hub/a', EVERY);
    await takePlace(seen[0], 'hub/a', EVERY);
    await takePlace(seen[1], 'hub/b', EVERY);
    assert.deepEqual(
      (await seen[0].all()).map(({ name }) => name),
      ['hub/b'],
    );
  });
});
