/**
 * (b) 100 concurrent runs, each with its card, in one Telegram group for ten minutes of a clock that runs faster than time;
 * with real runs, cards, outbox, courier and grammY.
 *
 * «Within 5 s of budget time»: a failure may be told when fewer than 20 messages of the last 60 s count against the group
 * (from what the fake let through), and one second after the one before. The time from then until it stands in the group is
 * measured; where several failures wait, each from when the one before it was told. Nothing but failures is let off so.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Cards } from '../../src/bot/cards/cards.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { openHall, workStep } from '../../test/jobs/hall.ts';
import { seeded } from '../../test/seeded.ts';
import { type Area, type Figure, none } from '../figure.ts';
import { openFastChat, type Spoken } from './fast.ts';
import { shut } from './shut.ts';

const MINUTE_MS = 60_000;
/** What a group takes (core.telegram.org/bots/faq): messages in any minute. */
const A_MINUTE = 20;
const ALLOWED_MS = 5_000;
/** How often a run says something, and its card looks, ms by the fast clock. */
const WORD_MS = 5_000;
const PACE_MS = 500;
/** How long it may take at the end until all is shown, ms by the fast clock. */
const PATIENCE_MS = 30 * MINUTE_MS;

export const group: Area = async function* ({ small }) {
  yield* crowded(small ? { runs: 12, minutes: 1, speed: 20 } : { runs: 100, minutes: 10, speed: 10 });
  yield* shut(small ? 40 : 10);
};

interface Job {
  name: string;
  fails: boolean;
  /** When it ends, and when it did, ms by the fast clock. */
  ends: number;
  ended?: number;
}

async function* crowded({
  runs,
  minutes,
  speed,
}: {
  runs: number;
  minutes: number;
  speed: number;
}): AsyncGenerator<Figure> {
  const { random } = seeded(runs);
  const chat = await openFastChat(speed);
  const { service, server, outbox, now, spoken } = chat;
  const build = service.supergroup('build');
  const length = minutes * MINUTE_MS;
  const began = now();
  // A fifth fails at any time; the others all work on to the end.
  const jobs: Job[] = Array.from({ length: runs }, (_, index) => {
    const fails = index % 5 === 0;
    return { name: `job-${index}`, fails, ends: began + (fails ? length * random() : length) };
  });
  const act = (job: Job) => async (_: AbortSignal, report: (line: string) => void) => {
    for (let word = 0; now() < job.ends; word += 1) {
      report(`${job.name} is at ${word}`);
      await sleep(Math.min(WORD_MS, job.ends - now()) / speed);
    }
    job.ended = now();
    if (job.fails) throw new Error(`${job.name} broke`);
  };
  const acts = Object.fromEntries(jobs.map((job) => [job.name, act(job)]));
  const step = workStep(acts, [], { lane: 'read', timeout: '30m' });
  const hall = openHall(server, [step]);
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const cards = new Cards({ runs: hall.runs, log, pace: PACE_MS / speed });
  const by = { person: 'reem', platform: 'telegram', chat: String(build.id) };
  try {
    const shown = jobs.map(async ({ name }) => {
      const { run } = await hall.runs.submit({
        ...{ id: `r-${name}`, command: 'work', scope: ['app/shop'], text: '/work', rule: 'bench', by },
        plan: {
          ...{ title: name, done: `${name} is done`, locks: [], next: '/jobs' },
          stages: [{ name: 'work', steps: [step({ host: 'local', act: name })] }],
        },
      });
      await cards.show(run, outbox, by);
    });
    await Promise.all(shown);
    const untold = () => jobs.filter((job) => endOf(job, spoken) === undefined);
    while (untold().length > 0 && now() < began + length + PATIENCE_MS) await sleep(50);
    const standing = service.said(build).map(({ text }) => text);
    const missing = jobs.filter((job) => !standing.some((text) => isEnd(job, text))).length;
    const { delays, told } = failuresOf(jobs, spoken);
    yield none(`${runs} runs in one group, ${minutes} min: answers 429`, service.floods.length);
    yield none('  final states not shown', missing);
    yield none('  messages beyond one a run', standing.length - runs);
    yield {
      name: `  ${told} failures told, after there was budget, worst`,
      goal: '<= 5 s',
      unit: 'ms',
      measured: Math.max(0, ...delays),
      ok: told === jobs.filter(({ fails }) => fails).length && delays.every((delay) => delay <= ALLOWED_MS),
    };
    const rate = (spoken.length * MINUTE_MS) / ((spoken.at(-1)?.at ?? now()) - began);
    yield {
      name: '  said a minute; progress leaves a quarter free',
      goal: '>= 1/2 of what may be said',
      unit: '',
      measured: rate,
      peer: { name: 'Telegram lets through', value: A_MINUTE },
      ok: rate >= A_MINUTE / 2,
    };
  } finally {
    await cards.close();
    await hall.close();
    await chat.close();
  }
}

const isEnd = ({ name, fails }: Job, text: string): boolean =>
  text.startsWith(fails ? `✕ ${name} failed` : `● ${name} is done`);

const endOf = (job: Job, spoken: readonly Spoken[]): Spoken | undefined =>
  spoken.find(({ text }) => isEnd(job, text));

/** How long each failure was told after the group had budget for it, ms. */
function failuresOf(jobs: readonly Job[], spoken: readonly Spoken[]): { delays: number[]; told: number } {
  const told = jobs
    .filter(({ fails }) => fails)
    .flatMap((job) => {
      const end = endOf(job, spoken);
      return end && job.ended !== undefined ? [{ ended: job.ended, at: end.at }] : [];
    })
    .sort((a, b) => a.at - b.at);
  const delays = told.map(({ ended, at }, index) => {
    const others = spoken.filter((one) => one.at < at).map((one) => one.at);
    const before = told[index - 1]?.at ?? Number.NEGATIVE_INFINITY;
    return at - budgetFrom(Math.max(ended, before), others);
  });
  return { delays, told: told.length };
}

/** The first time from then on at which one more message may be said, after those that were. */
function budgetFrom(time: number, said: readonly number[]): number {
  const free = (at: number) =>
    said.filter((one) => one > at - MINUTE_MS && one <= at).length < A_MINUTE &&
    !said.some((one) => one > at - 1_000 && one <= at);
  const moments = [time, ...said.flatMap((one) => [one + MINUTE_MS, one + 1_000])];
  return Math.min(...moments.filter((at) => at >= time && free(at)));
}
