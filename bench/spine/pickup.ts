/** (a) A line received until its step has started, beside a bare BullMQ pickup; and a step's process, beside a bare spawn. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import type { Shell } from '../../src/shell.ts';
import { type Area, percentile } from '../figure.ts';
import { openHall } from '../hall.ts';

const WARM_UP = 20;

export const pickup: Area = async function* ({ small }) {
  const rounds = small ? 20 : 500;
  let started: () => void = () => {};
  let act: (shell: Shell) => Promise<void> = async () => {};
  const hall = await openHall(async ({ shell }) => {
    started();
    await act(shell);
  });
  const bare = new Queue('bare', { connection: hall.server.connect(), prefix: '{bare}' });
  let picked: () => void = () => {};
  const worker = new Worker('bare', async () => picked(), {
    connection: hall.server.connect(),
    prefix: '{bare}',
  });
  await worker.waitUntilReady();
  /** A line on its way: until its step has started, ms; resolves when its run has ended. */
  const line = async (): Promise<number> => {
    let run = '';
    const ms = await timed(async () => {
      const begun = new Promise<void>((resolve) => {
        started = resolve;
      });
      const incoming = {
        id: randomUUID(),
        platform: 'console',
        chat: 'say',
        user: 'bench',
        text: '/work local',
      };
      const outcome = await hall.house.handle(incoming, 'optional');
      if (outcome.kind !== 'run') throw new Error(JSON.stringify(outcome));
      run = outcome.run.id;
      await begun;
    });
    for await (const event of hall.house.state.runs.events.follow(run)) {
      if (event.type === 'ended' && event.status !== 'succeeded') throw new Error(event.summary);
    }
    return ms;
  };
  const add = () =>
    timed(
      () =>
        new Promise<void>((resolve) => {
          picked = resolve;
          void bare.add('job', {});
        }),
    );
  const pickups: { floor: number[]; measured: number[] } = { floor: [], measured: [] };
  const spawns: { floor: number[]; measured: number[] } = { floor: [], measured: [] };
  try {
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const [floor, measured] = [await add(), await line()];
      if (round < WARM_UP) continue;
      pickups.floor.push(floor);
      pickups.measured.push(measured);
    }
    // Apart from the others: after a fork, the parent pays for every page it writes.
    act = async (shell) => {
      const before = performance.now();
      // The call returns once the process has been started; its end is not on the clock.
      const running = shell.run(['true']);
      spawns.measured.push(performance.now() - before);
      await running;
    };
    for (let round = 0; round < rounds / 5; round += 1) {
      await line();
      spawns.floor.push(bareProcess());
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
    const [measured, peer] = [percentile(pickups.measured, share), percentile(pickups.floor, share)];
    yield {
      name: `line to started step, ${name}`,
      goal: `<= ${times} x bare pickup`,
      unit: 'ms',
      measured,
      peer: { name: 'bullmq add to pickup', value: peer },
      ok: measured <= times * peer,
    };
  }
  const [measured, peer] = [percentile(spawns.measured, 0.5), percentile(spawns.floor, 0.5)];
  yield {
    name: 'starting the step’s process, median',
    goal: '<= 2 x bare spawn',
    unit: 'ms',
    measured,
    peer: { name: 'node spawn', value: peer },
    ok: measured <= 2 * peer,
  };
};

async function timed(act: () => Promise<void>): Promise<number> {
  const before = performance.now();
  await act();
  return performance.now() - before;
}

/** How long Node takes to start `true`, ms. */
function bareProcess(): number {
  const before = performance.now();
  const child = spawn('true', { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const ms = performance.now() - before;
  child.unref();
  return ms;
}
