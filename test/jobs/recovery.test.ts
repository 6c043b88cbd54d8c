import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queues } from '../../src/jobs/queue.ts';
import { Recovery } from '../../src/jobs/recovery.ts';
import type { Requests } from '../../src/jobs/requests.ts';
import type { Runs } from '../../src/jobs/runs.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';

describe('open runs', { timeout: 60_000 }, () => {
  test('are looked after while what was granted takes its time to be planned', async () => {
    const looked = { runs: 0, requests: 0 };
    const recovery = new Recovery({
      runs: {
        recover: async () => {
          looked.runs += 1;
        },
        prune: async () => {},
      } as unknown as Runs,
      requests: {
        look: (carryOut: () => Promise<unknown>) => {
          looked.requests += 1;
          return carryOut();
        },
      } as unknown as Requests,
      queues: {} as Queues,
      log: createLog({ level: 'silent', scrubber: new Scrubber() }),
      carryOut: () => new Promise(() => {}),
    });
    await recovery.start();
    while (looked.runs < 2) await sleep(20);
    recovery.stop();
    assert.equal(looked.requests, 1, 'never twice at once');
  });
});
