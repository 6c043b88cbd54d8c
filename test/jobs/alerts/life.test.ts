import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Life } from '../../../src/jobs/alerts/life.ts';
import { Seen } from '../../../src/jobs/alerts/seen.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';
import { startRedis, type TestRedis } from '../../redis.ts';

describe('what managers hear of a chat service', { timeout: 60_000 }, () => {
  let server: TestRedis;
  let seen: Seen;
  before(async () => {
    server = await startRedis();
    seen = new Seen(server.connect());
  });
  after(() => server.stop());

  const open = () => new Life({ seen, log: createLog({ level: 'silent', scrubber: new Scrubber() }) });
  /** Tells again and again, as a courier does, until that is what is known. */
  const until = async (life: Life, ok: boolean, known: boolean) => {
    for (;;) {
      life.reached('telegram', ok);
      const names = (await seen.all()).map(({ name }) => name);
      if (names.includes('mute/telegram') === known) return;
      await sleep(20);
    }
  };

  test('is forgotten when another one that spoke there before can speak there again', async () => {
    const [one, other] = [open(), open()];
    one.reached('telegram', true);
    await until(other, false, true);
    await until(one, true, false);
    await until(other, true, false);
  });

  test('is noted by one that could not speak there before, when it cannot again', async () => {
    const [one, other] = [open(), open()];
    await until(one, false, true);
    await until(other, true, false);
    await until(one, false, true);
    assert.equal((await seen.all()).length, 1);
  });
});
