/** Checks that run in a process of their own, as they do in the hub: forked with what to check as JSON; says what came of it, and ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Monitor } from '../../src/hubs/health/monitor.ts';
import { Scheduler } from '../../src/hubs/health/scheduler.ts';
import { networkCheck } from '../../src/jobs/health/network-checks.ts';

export interface ChecksPart {
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
  healthy: number;
  unhealthy: number;
}

if (process.send) {
  const { ports, hanging, checks, stuck, every, lasts } = JSON.parse(process.argv[2] as string) as ChecksPart;
  const late: number[] = [];
  const monitor = new Monitor();
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
      return networkCheck(`c-${index}`, { ...check, ...times }, (seen) => monitor.observe(seen));
    }),
  );
  let memory = 0;
  const looking = setInterval(() => {
    memory = Math.max(memory, process.memoryUsage().rss);
    monitor.tick();
  }, 250);
  scheduler.start();
  await sleep(lasts);
  scheduler.stop();
  clearInterval(looking);
  const states = [...monitor.all()].map(({ state }) => state);
  const done: ChecksDone = {
    late,
    memory,
    healthy: states.filter((state) => state === 'healthy').length,
    unhealthy: states.filter((state) => state === 'unhealthy').length,
  };
  process.send(done, () => process.disconnect());
}
