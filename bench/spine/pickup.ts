/** (a) A line received until its step's process has started, beside a bare BullMQ pickup on the same server. */
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { percentile } from '../figure.ts';
import type { Area } from '../main.ts';
import { openHall } from './hall.ts';

export const pickup: Area = async function* ({ small }) {
  const rounds = small ? 20 : 500;
  let started: () => void = () => {};
  const hall = await openHall(async ({ shell, signal }) => {
    // The call returns when the process has been started; its end is not waited for by the clock.
    const running = shell.run(['true'], { signal });
    started();
    await running;
  });
  const bare = new Queue('bare', { connection: hall.server.connect(), prefix: '{bare}' });
  let picked: () => void = () => {};
  const worker = new Worker('bare', async () => picked(), {
    connection: hall.server.connect(),
    prefix: '{bare}',
  });
  await worker.waitUntilReady();
  const floor: number[] = [];
  const measured: number[] = [];
  try {
    for (let round = 0; round < rounds + 20; round += 1) {
      const before = performance.now();
      await new Promise<void>((resolve) => {
        picked = resolve;
        void bare.add('job', { round });
      });
      const between = performance.now();
      let at = 0;
      const begun = new Promise<void>((resolve) => {
        started = () => {
          at = performance.now();
          resolve();
        };
      });
      const outcome = await hall.house.handle(
        { id: randomUUID(), platform: 'console', chat: 'say', user: 'bench', text: '/work local' },
        'optional',
      );
      if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
      await begun;
      for await (const event of hall.house.state.runs.events.follow(outcome.run.id))
        if (event.type === 'ended' && event.status !== 'succeeded') throw new Error(event.summary);
      // The first rounds warm both up.
      if (round < 20) continue;
      floor.push(between - before);
      measured.push(at - between);
    }
  } finally {
    await worker.close();
    await bare.close();
    await hall.close();
  }
  for (const [name, share, times] of [
    ['median', 0.5, 3],
    ['p99', 0.99, 4],
  ] as const) {
    const [value, peer] = [percentile(measured, share), percentile(floor, share)];
    yield {
      name: `line to started process, ${name}`,
      goal: `<= ${times} x bare pickup`,
      unit: 'ms',
      measured: value,
      peer: { name: 'bullmq add to pickup', value: peer },
      ok: value <= times * peer,
    };
  }
};
