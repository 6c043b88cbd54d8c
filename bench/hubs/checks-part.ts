/** Checks that run in a process of their own with all that the hub has around them: forked with what to check as JSON; says what came of it, and ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scheduler } from '../../src/hubs/health/scheduler.ts';
import { networkCheck } from '../../src/jobs/health/network-checks.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { openWatching } from './watching.ts';

export interface ChecksPart {
  /** Where Redis is. */
  redis: string;
  /** The ports that answer, and the one that takes a connection and never does. */
  ports: number[];
  hanging: number;
  checks: number;
  /** How many of them ask the one that hangs. */
  stuck: number;
  /** ms. */
  every: number;
  lasts: number;
}

export interface ChecksDone {
  /** How late each check of those that answer began, ms. */
  late: number[];
  /** Bytes. */
  memory: number;
  /** Of how many it stands in Redis how they are. */
  told: number;
  healthy: number;
  unhealthy: number;
}

if (process.send) {
  const { redis, ports, hanging, checks, stuck, every, lasts } = JSON.parse(
    process.argv[2] as string,
  ) as ChecksPart;
  const late: number[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const scrubber = new Scrubber();
  const log = createLog({ level: 'silent', scrubber });
  const options = { config: folder, state: folder, redisUrl: redis, log, scrubber };
  const { health, record, close } = await openWatching(options);
  const scheduler = new Scheduler({
    onBegin: ({ provider }, ms) => {
      if (!provider.endsWith(`:${hanging}`)) late.push(ms);
    },
  });
  const times = { every, within: Math.min(5_000, every / 2), bad: 2, good: 2 };
  scheduler.set(
    Array.from({ length: checks }, (_, index) => {
      const port = ports[index % ports.length] as number;
      const check =
        index < stuck
          ? ({ kind: 'http', url: `http://127.0.0.1:${hanging}/` } as const)
          : ({ kind: 'tcp', address: `127.0.0.1:${port}` } as const);
      return networkCheck(`c-${index}`, { ...check, ...times }, (seen) => health.observe(seen));
    }),
  );
  let memory = 0;
  const looking = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
  }, 250);
  scheduler.start();
  await sleep(lasts);
  scheduler.stop();
  clearInterval(looking);
  const states = [...health.monitor.all()].map(({ state }) => state);
  await health.settled();
  const told = await record.all();
  const done: ChecksDone = {
    late,
    memory,
    healthy: states.filter((state) => state === 'healthy').length,
    unhealthy: states.filter((state) => state === 'unhealthy').length,
    told: Object.values(told).filter(({ percent }) => percent !== undefined).length,
  };
  await close();
  await rm(folder, { recursive: true, force: true });
  process.send(done, () => process.disconnect());
}
