/**
 * Chat lines under fire, through the built program and the strict Telegram fake: each update is told one to four times in
 * any order, while the manager (and now and then its Redis) is killed with `kill -9`. At the end, exact accounts.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../src/jobs/audit.ts';
import type { Telegram } from '../fakes/telegram.ts';
import { seeded } from '../seeded.ts';
import { Crowd, type Ground, VOLLEY } from './crowd.ts';
import { ended, type TestMuster } from './muster.ts';

/** How long a manager lives once it listens, ms, about. */
const LIFE_MS = 3_000;
/** So much of all kills hits a manager that does not listen yet. */
const EARLY = 0.2;
/** Of so many kills, one takes Redis with it. */
const REDIS_EACH = 10;
/** It is given up where nothing more is shown for so long, ms. */
const PATIENCE_MS = 180_000;

export interface Fire {
  lines: number;
  kills: number;
  /** The same seed is the same order, the same copies and the same pauses. */
  seed: number;
}

/** What became of the lines; run ids, where something is wrong. */
export interface Accounts {
  /** How often updates were told on purpose; what Telegram repeats because nobody confirmed it comes on top. */
  told: number;
  /** Lines that are no run with an outcome. */
  lost: string[];
  /** Runs with a second record of their beginning or their end, or that nobody asked for. */
  twice: string[];
  /** How many lines' ends stand in a message. */
  shown: number;
  /** Messages that show a run again, because whoever sent the first was killed before it noted that. */
  again: number;
  /** Answers 429. */
  floods: number;
  /** Whether `muster audit verify` finds the audit whole. */
  whole: boolean;
  /** From the first line until the last end was shown. */
  seconds: number;
}

/** Says the lines, kills, waits until every end is shown, and gives the accounts. `onProgress` hears how many are. */
export async function underFire(
  ground: Ground,
  fire: Fire,
  onProgress: (shown: number) => void = () => {},
): Promise<Accounts> {
  const { service, muster } = ground;
  const { random, below, shuffled } = seeded(fire.seed);
  const crowd = new Crowd(ground, fire.lines, random);
  const began = performance.now();
  for (let kill = 0; kill < fire.kills; kill += 1) {
    const calls = service.calls.length;
    const manager = await muster.start();
    if (random() < EARLY) await sleep(random() * 1_500);
    else {
      await polled(service, calls);
      const volleys = Math.ceil(crowd.left / VOLLEY / (fire.kills - kill));
      for (let volley = 0; volley < volleys; volley += 1) {
        await sleep((random() * 2 * LIFE_MS) / volleys);
        await crowd.speak(shuffled);
      }
      // Half of them fall while they take over what was just said.
      await sleep(random() * (below(2) === 0 ? 60 : LIFE_MS / 2));
    }
    await killed(manager, kill % REDIS_EACH === REDIS_EACH - 1 ? await muster.redisPid() : undefined);
    onProgress(new Set(shownEnds(ground)).size);
  }
  await muster.start();
  while (crowd.left > 0 || crowd.late > 0) await crowd.speak(shuffled);
  const ends = await allShown(ground, fire.lines, onProgress);
  const seconds = (performance.now() - began) / 1_000;
  await crowd.heard();
  return {
    told: crowd.told,
    ...(await recorded(muster, crowd.runs)),
    shown: [...new Set(ends)].filter((run) => crowd.runs.has(run)).length,
    again: ends.length - new Set(ends).size,
    floods: service.floods.length,
    seconds,
  };
}

/** Resolves when a bot polls, after so many calls. */
async function polled(service: Telegram, after: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!service.calls.slice(after).some(({ method }) => method === 'getUpdates')) {
    assert.ok(Date.now() < deadline, 'nobody polls');
    await sleep(20);
  }
}

async function killed(manager: ChildProcess, redis: number | undefined): Promise<void> {
  const gone = ended(manager);
  if (redis !== undefined) process.kill(redis, 'SIGKILL');
  manager.kill('SIGKILL');
  await gone;
}

/** The runs whose end stands in a message; one that stands in two, twice. */
function shownEnds({ service, groups }: Ground): string[] {
  return groups
    .flatMap((group) => service.said(group))
    .filter(({ text }) => text.startsWith('✕'))
    .map(({ text }) => /\/retry (r-\w+)/.exec(text)?.[1] ?? '');
}

/** The shown ends, once there are as many as lines, or no more for a long time. */
async function allShown(
  ground: Ground,
  lines: number,
  onProgress: (shown: number) => void,
): Promise<string[]> {
  let ends = shownEnds(ground);
  for (let deadline = Date.now() + PATIENCE_MS; ; ) {
    const shown = new Set(ends).size;
    onProgress(shown);
    if (shown >= lines) return ends;
    if (Date.now() > deadline) return ends;
    await sleep(500);
    ends = shownEnds(ground);
    if (new Set(ends).size > shown) deadline = Date.now() + PATIENCE_MS;
  }
}

/** What the audit says of the runs that ought to be there. */
async function recorded(
  muster: TestMuster,
  runs: ReadonlySet<string>,
): Promise<Pick<Accounts, 'lost' | 'twice' | 'whole'>> {
  const { stdout } = await muster.run('audit', 'export');
  const counts = new Map<string, { command: number; outcome: number }>();
  for (const text of stdout.trim().split('\n')) {
    const { kind, run = '' } = JSON.parse(text) as AuditRecord;
    if (kind !== 'command' && kind !== 'outcome') continue;
    const count = counts.get(run) ?? { command: 0, outcome: 0 };
    count[kind] += 1;
    counts.set(run, count);
  }
  const known = [...counts.entries()];
  return {
    lost: [...runs].filter((run) => (counts.get(run)?.outcome ?? 0) === 0),
    twice: known
      .filter(([run, { command, outcome }]) => command > 1 || outcome > 1 || !runs.has(run))
      .map(([run]) => run),
    whole: (await muster.run('audit', 'verify')).exit === 0,
  };
}
