import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis } from '../../src/adapters/redis/connection.ts';
import { Audit } from '../../src/jobs/audit.ts';
import { Ledger } from '../../src/jobs/ledger.ts';
import { Scrubber } from '../../src/secret.ts';
import { openProxy } from '../proxy.ts';
import { startRedis, type TestRedis } from '../redis.ts';

const by = { person: 'reem', platform: 'test', chat: 'test' };

describe('the ledger', () => {
  let server: TestRedis;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  const open = () => {
    const redis = server.connect();
    const ledger = new Ledger(redis);
    return { redis, ledger, audit: new Audit({ redis, ledger, scrubber: new Scrubber() }) };
  };

  test('keeps one unbroken chain when several managers append at once', async () => {
    const managers = [open(), open(), open()];
    await Promise.all(
      managers.flatMap(({ audit }, who) =>
        Array.from({ length: 200 }, (_, n) => audit.append({ kind: 'command', by, text: `${who}-${n}` })),
      ),
    );
    const { records, problem } = await managers[0]!.audit.verify();
    assert.equal(problem, undefined);
    assert.equal(records, 600);
    const texts = new Set<string>();
    for await (const record of managers[1]!.audit.records()) texts.add(record.text as string);
    assert.equal(texts.size, 600);
  });

  test('does a guarded change once, and refuses the rest without a record', async () => {
    const { redis, ledger, audit } = open();
    const before = (await audit.verify()).records;
    const change = {
      guard: { absent: 'once' },
      records: [audit.fields({ kind: 'command', by })],
      commands: [
        ['SET', 'once', '1'],
        ['INCR', 'times'],
      ],
    };
    const replies = await Promise.all([1, 2, 3, 4].map(() => ledger.commit(change)));
    assert.equal(replies.filter((reply) => reply !== undefined).length, 1);
    assert.deepEqual(
      replies.find((reply) => reply !== undefined),
      ['OK', 1],
    );
    assert.equal(await redis.get('times'), '1');
    assert.equal((await audit.verify()).records, before + 1);
  });

  test('records once what was asked for again, as the answer was lost with the connection', async () => {
    const [far, proxy] = [open(), await openProxy(server.socket)];
    const redis = connectRedis(proxy.socket);
    const ledger = new Ledger(redis);
    try {
      await ledger.commit({ records: [{ kind: 'refused' }] });
      const before = (await far.audit.verify()).records;
      proxy.hang('answers');
      const change = { records: [{ kind: 'refused' }], commands: [['INCR', 'answered']] };
      const answer = ledger.commit(change);
      while ((await far.audit.verify()).records === before) await sleep(10);
      proxy.cut();
      assert.deepEqual(await answer, []);
      assert.deepEqual(await far.audit.verify(), { records: before + 1 });
      assert.equal(await far.redis.get('answered'), '1');
    } finally {
      redis.disconnect();
      await proxy.close();
    }
  });

  test('notices reordered records', async () => {
    const { redis, audit } = open();
    const [first, second] = await redis.lrange('{muster}:audit', 4, 5);
    await redis.lset('{muster}:audit', 4, second as string);
    await redis.lset('{muster}:audit', 5, first as string);
    assert.match((await audit.verify()).problem as string, /record 5 is missing or out of order/);
    await redis.lset('{muster}:audit', 4, first as string);
    await redis.lset('{muster}:audit', 5, second as string);
    assert.equal((await audit.verify()).problem, undefined);
  });

  test('keeps secrets out of the records', async () => {
    const { audit } = open();
    await audit.append({ kind: 'command', by, text: '/deploy shop --env TOKEN=abcd1234efgh' });
    const [last] = await audit.latest(1);
    assert.match(last?.text as string, /redacted/);
  });
});
