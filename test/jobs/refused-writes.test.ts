import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type TestRedis } from '../redis.ts';
import { type Hall, openHall, workStep } from './hall.ts';

/** Redis answers, but takes no writes for a while: it is full, or no longer the primary, or has lost its replicas. */
describe('a run whose redis refuses writes', () => {
  let server: TestRedis;
  let hall: Hall;
  let began: string[];
  let undone: string[];
  let release: () => void;
  const acts = {
    quick: async () => void began.push('quick'),
    long: () =>
      new Promise<void>((resolve) => {
        began.push('long');
        release = resolve;
      }),
  };
  beforeEach(async () => {
    [began, undone] = [[], []];
    server = await startRedis();
    hall = openHall(server, [workStep(acts, undone)]);
  });
  afterEach(async () => {
    await hall.close(0);
    await server.stop();
  });

  const states = [
    { code: 'OOM', refuse: 'CONFIG SET maxmemory 1', accept: 'CONFIG SET maxmemory 0' },
    { code: 'READONLY', refuse: 'REPLICAOF 127.0.0.1 1', accept: 'REPLICAOF NO ONE' },
    {
      code: 'NOREPLICAS',
      refuse: 'CONFIG SET min-replicas-to-write 1',
      accept: 'CONFIG SET min-replicas-to-write 0',
    },
  ];
  for (const { code, refuse, accept } of states)
    test(`(${code}) as a step ends goes on once it takes them again, and does nothing twice`, async () => {
      const admin = server.connect();
      const tell = (line: string) => {
        const [command, ...words] = line.split(' ');
        return admin.call(command as string, ...words);
      };
      const stages = ['quick', 'long', 'quick'].map((act) => ({
        name: act,
        steps: [{ step: 'test.work', host: 'web-1', title: act, input: { host: 'web-1', act } }],
      }));
      const run = await hall.submit(stages, { locks: ['app/shop'] });
      while (!began.includes('long')) await sleep(10);
      await tell(refuse);
      release();
      while (!(await admin.info('errorstats')).includes(`errorstat_${code}`)) await sleep(10);
      await tell(accept);
      assert.equal((await hall.ended(run)).status, 'succeeded');
      assert.deepEqual(began, ['quick', 'long', 'quick']);
      assert.deepEqual(undone, []);
      assert.equal((await hall.audit.verify()).problem, undefined);
    });
});
