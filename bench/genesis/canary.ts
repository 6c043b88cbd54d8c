/** Canary: twenty simulated machines, a roll-out of an image with a wrong byte; how many of them it reached, and how soon the roll-out had stopped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openBootCloud } from '../../test/boot-cloud.ts';
import { type Area, none } from '../figure.ts';

const GOOD = 'live@2026-11-20.1';
const BAD = 'live@2026-11-21.1';
const MACHINES = 20;
/** How long all may take to come up, ms. */
const PATIENCE_MS = 60_000;

export const canary: Area = async function* () {
  const cloud = await openBootCloud(MACHINES);
  try {
    await cloud.publish(GOOD);
    await cloud.promote(GOOD);
    await cloud.switchOn();
    await allUp(cloud);
    await cloud.publish(BAD, { bad: true });
    const began = performance.now();
    const { end } = await cloud.ended(await cloud.run(`/image rollout ${BAD}`));
    const ms = performance.now() - began;
    const reached = new Set(
      cloud.fleet.begun.filter(({ version }) => version === BAD).map(({ name }) => name),
    );
    const measured = reached.size;
    const name = `machines of ${MACHINES} that a bad image reached`;
    yield { name, goal: '1', unit: '', measured, ok: measured === 1 && end.status === 'failed' };
    yield none('machines not up after a bad image', MACHINES - (await allUp(cloud)));
    const back = 'a bad image stopped and taken back';
    yield { name: back, goal: '<= 30 s', unit: 'ms', measured: ms, ok: ms <= 30_000 };
  } finally {
    await cloud.close();
  }
};

/** Waits until all are up with the good version; gives how many are. */
async function allUp({ fleet }: Awaited<ReturnType<typeof openBootCloud>>): Promise<number> {
  const count = () => [...fleet.up.values()].filter((version) => version === GOOD).length;
  for (const late = performance.now() + PATIENCE_MS; count() < MACHINES && performance.now() < late; )
    await sleep(50);
  return count();
}
