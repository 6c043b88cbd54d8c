/** (c) Durable commands a second, each parsed, authorised, audited, run and ended, beside bare BullMQ add and process. */
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import type { Area } from '../figure.ts';
import { openHall } from '../hall.ts';

const AT_ONCE = 200;

export const throughput: Area = async function* ({ small }) {
  const count = small ? 50 : 5_000;
  const hall = await openHall(async () => {});
  try {
    const floor = await bare(hall.server.connect.bind(hall.server), count);
    const say = async () => {
      const outcome = await hall.house.handle(
        { id: randomUUID(), platform: 'console', chat: 'say', user: 'bench', text: '/work local' },
        'optional',
      );
      if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
    };
    await many(20, say);
    await drained(hall.house.state.runs);
    const before = performance.now();
    await many(count, say);
    await drained(hall.house.state.runs);
    const measured = (count * 1_000) / (performance.now() - before);
    const { records, problem } = await hall.house.state.audit.verify();
    if (problem || records !== 2 * (count + 20)) throw new Error(`audit: ${records} records, ${problem}`);
    yield {
      name: 'durable commands, audited, to their end',
      goal: '>= 1/4 of bare BullMQ',
      unit: '/s',
      measured,
      peer: { name: 'bullmq add and process', value: floor },
      ok: measured >= floor / 4,
    };
  } finally {
    await hall.close();
  }
};

/** Calls it so many times, some at once. */
async function many(count: number, act: () => Promise<void>): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left > 0) {
        left -= 1;
        await act();
      }
    }),
  );
}

async function drained(runs: { countOpen(): Promise<number> }): Promise<void> {
  while ((await runs.countOpen()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function bare(connect: () => import('ioredis').Redis, count: number): Promise<number> {
  const queue = new Queue('floor', { connection: connect(), prefix: '{floor}' });
  let done = 0;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const worker = new Worker(
    'floor',
    async () => {
      done += 1;
      if (done === count) finish();
    },
    { connection: connect(), prefix: '{floor}', concurrency: 100, removeOnComplete: { count: 1_000 } },
  );
  await worker.waitUntilReady();
  const before = performance.now();
  await many(count, async () => void (await queue.add('job', { line: '/work local' })));
  await finished;
  const rate = (count * 1_000) / (performance.now() - before);
  await worker.close();
  await queue.close();
  return rate;
}
