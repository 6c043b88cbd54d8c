/** Changes of a firewall that lock everybody out, on guardians in network namespaces, a third of them killed meanwhile: all are taken back, in time where the guardian lived. */
import type { ChildProcess } from 'node:child_process';
import { access, stat } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Firewall } from '../../src/firewall/firewall.ts';
import { openStage, PORT, type Stage } from '../../test/agent/guardian/stage.ts';
import { ended } from '../../test/integration/muster.ts';
import { seeded } from '../../test/seeded.ts';
import { type Area, none, percentile } from '../figure.ts';

/** Hosts that are changed at the same time. */
const HOSTS = 4;
/** How long a change may stay, ms: the shortest there is. */
const KEEP_MS = 1_000;
/** It is given up where a host is not as it was for so long, ms. */
const PATIENCE_MS = 30_000;
const TOLERANCE_MS = 250;
/** `Nice=` of the unit. */
const PRIORITY = -10;

const firewall = (...ports: number[]): Firewall =>
  Firewall.parse({
    rules: ports.map((port) => ({ id: `p${port}`, owner: 'config', protocol: 'tcp', ports: [port] })),
  });
const GOOD = firewall(PORT);
const LOCKED = firewall(1);

export const lockouts: Area = async function* ({ small }) {
  const [hosts, rounds] = small ? [1, 3] : [HOSTS, 1_000 / HOSTS];
  const { random } = seeded(Math.floor(Math.random() * 1e6));
  const off: number[] = [];
  let reverted = 0;
  let killed = 0;
  const host = async () => {
    const stage = await openStage();
    try {
      let guardian = await started(stage);
      await kept(stage);
      for (let round = 0; round < rounds; round += 1) {
        const change = `f-${round}`;
        const kill = round % 3 === 2;
        const until = await lockOut(stage, change);
        if (kill) {
          killed += 1;
          await sleep(random() * KEEP_MS * 0.9);
          guardian = await killAndStart(stage, guardian);
        } else off.push((await waitUntilGone(stage)) - until);
        if (await isAsBefore(stage)) reverted += 1;
      }
    } finally {
      await stage.remove();
    }
  };
  await Promise.all(Array.from({ length: hosts }, host));
  const all = hosts * rounds;
  yield none(`${all} lock-outs, ${killed} of them with kill -9: not taken back`, all - reverted);
  const worst = Math.max(...off.map(Math.abs));
  yield {
    name: '  from the deadline, where the guardian lived, worst',
    goal: `<= ${TOLERANCE_MS} ms`,
    unit: 'ms',
    measured: worst,
    ok: worst <= TOLERANCE_MS,
  };
  const median = percentile(off.map(Math.abs), 0.5);
  yield {
    name: '  the same, median',
    goal: `<= ${TOLERANCE_MS} ms`,
    unit: 'ms',
    measured: median,
    ok: median <= TOLERANCE_MS,
  };
};

/** A guardian with the priority that its unit gives it; several that start at once have it once they run. */
async function started(stage: Stage): Promise<ChildProcess> {
  const guardian = await stage.guardian();
  setPriority(guardian.pid as number, PRIORITY);
  return guardian;
}

/** A firewall that lets the manager in, kept. */
async function kept(stage: Stage): Promise<void> {
  await comeIn(stage);
  await stage.ask('apply', { change: 'good', by: 'bench', rules: GOOD, keepWithin: 60_000 });
  await stage.close();
  await comeIn(stage);
  const answer = await stage.ask('keep', { change: 'good' });
  if ('code' in answer) throw new Error(`The first firewall could not be kept: ${answer.code}`);
}

/** Puts the lock-out in force; gives when it is to be taken back, ms since the epoch. */
async function lockOut(stage: Stage, change: string): Promise<number> {
  const answer = await stage.ask('apply', { change, by: 'bench', rules: LOCKED, keepWithin: KEEP_MS });
  if ('code' in answer) throw new Error(`It could not be put in force: ${answer.code}`);
  const { until } = answer.result.pending as { until: number };
  await stage.close();
  return until;
}

/** Resolves with the time at which nothing waited to be kept any more, as the file system noted it: what was kept last is in force by then. */
async function waitUntilGone({ state }: Stage): Promise<number> {
  const folder = join(state, 'firewall');
  const file = join(folder, 'pending.json');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(5)) {
    const there = await access(file).then(
      () => true,
      () => false,
    );
    // Whoever looks may be late on a machine at work.
    if (!there) return (await stat(folder)).mtimeMs;
  }
  return Number.POSITIVE_INFINITY;
}

async function killAndStart(stage: Stage, guardian: ChildProcess): Promise<ChildProcess> {
  guardian.kill('SIGKILL');
  await ended(guardian);
  return started(stage);
}

/** Whether the manager can come in, and finds what was kept and nothing else. */
async function isAsBefore(stage: Stage): Promise<boolean> {
  await comeIn(stage);
  const answer = await stage.ask('show');
  if ('code' in answer) return false;
  const { good, pending, drift } = answer.result as { good: string; pending?: object; drift: string[] };
  return good === 'good' && pending === undefined && drift.length === 0;
}

async function comeIn(stage: Stage): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(20))
    if ((await stage.connect()) === undefined) return;
  throw new Error('Nobody gets in any more.');
}
