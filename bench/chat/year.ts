/**
 * (d) A year of schedules whose scheduler is killed every hour, over both changes of the clock, in five zones and by all
 * three policies: every due run exactly once, or told as missed. What was due is reckoned apart, by `calendar.ts`.
 */
import type { Schedule } from '../../src/config/config.ts';
import { type Firing, Schedules } from '../../src/jobs/schedule.ts';
import { RedisState } from '../../src/jobs/state.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber } from '../../src/secret.ts';
import { startRedis } from '../../test/redis.ts';
import { seeded } from '../../test/seeded.ts';
import { type Area, none } from '../figure.ts';
import { type Timetable, timesOf } from './calendar.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of all kills, so many fall into the middle of something being told. */
const IN_THE_MIDST = 0.25;

const ZONES = ['UTC', 'Europe/Helsinki', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
const POLICIES = ['run-once', 'skip', 'report'] as const;
/** Among them times that a clock skips, and that come twice, in one of the zones. */
const TIMES: readonly (readonly [at: string, table: Timetable])[] = [
  ['30 3 * * *', { minutes: [30], hours: [3] }],
  ['30 2 * * *', { minutes: [30], hours: [2] }],
  ['30 1 * * *', { minutes: [30], hours: [1] }],
  ['45 * * * *', { minutes: [45] }],
  ['*/20 * * * *', { minutes: [0, 20, 40] }],
  ['0 9 * * 1-5', { minutes: [0], hours: [9], weekdays: [1, 2, 3, 4, 5] }],
  ['15 2 1 * *', { minutes: [15], hours: [2], days: [1] }],
];

interface Entry {
  schedule: Schedule;
  /** When it ought to be due. */
  times: number[];
}

export const year: Area = async function* ({ small }) {
  // At small size, some days around the change in Europe.
  const [since, until] = small
    ? [Date.UTC(2026, 2, 27), Date.UTC(2026, 2, 31)]
    : [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];
  const seed = Math.floor(Math.random() * 1e6);
  const { entries, told, lives } = await live(since, until, seed);
  const { wrong, due, ran, missed } = account(entries, told);
  for (const text of wrong.all.slice(0, 10)) console.error(`year of schedules, seed ${seed}: ${text}`);
  yield none(`${due} due times, ${lives} kills: neither run nor told`, wrong.lost);
  yield none(`  of ${ran} run, ${missed} told as missed: twice`, wrong.twice);
  yield none('  against their policy, or told wrongly', wrong.policy);
};

/** Lives through the time, a new scheduler after each kill, over one Redis; gives each firing that was told, by id. */
async function live(since: number, until: number, seed: number) {
  const { random } = seeded(seed);
  const entries = new Map<string, Entry>();
  for (const [index, [at, table]] of TIMES.entries()) {
    for (const [number, zone] of ZONES.entries()) {
      const missed = POLICIES[(index + number) % POLICIES.length] as Schedule['missed'];
      const schedule: Schedule = { at, zone, line: '/status', as: 'reem', missed };
      entries.set(`s-${index}-${number}`, { schedule, times: timesOf(table, zone, since, until) });
    }
  }
  const configured = Object.fromEntries([...entries].map(([name, { schedule }]) => [name, schedule]));
  /** What rings, oldest first. */
  const bells = [...entries]
    .flatMap(([name, { times }]) => times.map((at) => ({ at, name })))
    .sort((a, b) => a.at - b.at);
  const told = new Map<string, Firing[]>();
  // Redis is not killed here; waiting for the disk would only make the year longer.
  const server = await startRedis('everysec');
  const redis = server.connect();
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  let now = since;
  let lives = 0;
  let next = 0;
  /** How a firing that is told is cut off: before or after it took effect, or not. */
  let cut: 'before' | 'after' | undefined;
  const due = async (firing: Firing) => {
    if (cut === 'before') throw new Killed();
    told.set(firing.id, [...(told.get(firing.id) ?? []), firing]);
    if (cut === 'after') throw new Killed();
  };
  try {
    for (let hour = since; hour < until; hour += HOUR_MS) {
      // It is down for up to ten minutes, and once in a while for a day.
      now = Math.max(now, hour + random() * 10 * MINUTE_MS);
      if (random() < 0.005) hour += Math.floor(random() * 24) * HOUR_MS;
      const last = hour + HOUR_MS >= until;
      now = Math.min(until, Math.max(now, hour));
      const schedules = new Schedules({ redis, state: new RedisState(redis), log, now: () => now });
      await schedules.sync(configured);
      const end = last ? until : hour + HOUR_MS - random() * 5 * MINUTE_MS;
      await schedules.look(due);
      while ((bells[next]?.at ?? until + 1) <= now) next += 1;
      const rung = next;
      while ((bells[next]?.at ?? until + 1) <= end) next += 1;
      const ringing = bells.slice(rung, next);
      for (const [index, { at, name }] of ringing.entries()) {
        now = Math.max(now, at);
        if (!last && index === ringing.length - 1 && random() < IN_THE_MIDST)
          cut = random() < 0.5 ? 'before' : 'after';
        await schedules.look(due, name).catch(unlessKilled);
      }
      cut = undefined;
      await schedules.close();
      lives += 1;
      now = Math.max(now, end);
    }
  } finally {
    await server.stop();
  }
  return { entries, told, lives };
}

class Killed extends Error {}

function unlessKilled(error: unknown): void {
  const errors = error instanceof AggregateError ? error.errors : [error];
  for (const one of errors) if (!(one instanceof Killed)) throw one;
}

/** Holds what was told against what was due. */
function account(entries: ReadonlyMap<string, Entry>, told: ReadonlyMap<string, Firing[]>) {
  const wrong = { lost: 0, twice: 0, policy: 0, all: [] as string[] };
  const complain = (what: 'lost' | 'twice' | 'policy', text: string) => {
    wrong[what] += 1;
    wrong.all.push(`${what}: ${text}`);
  };
  let [due, ran, missed] = [0, 0, 0];
  for (const [name, { schedule, times }] of entries) {
    const counts = new Map(times.map((time) => [time, 0]));
    const count = (time: number, firing: Firing) => {
      const before = counts.get(time);
      if (before === undefined)
        complain('policy', `${firing.id} was not due at ${new Date(time).toISOString()}`);
      counts.set(time, (before ?? 0) + 1);
    };
    for (const [first, ...again] of [...told.values()].filter(([firing]) => firing?.name === name)) {
      if (!first) continue;
      // Told again after a kill, it is the same: the line's id makes one run of it.
      if (again.some((firing) => JSON.stringify(firing) !== JSON.stringify(first)))
        complain('policy', `${first.id} was told again as another one`);
      const late = first.missed;
      const range = late
        ? times.filter((time) => time >= Date.parse(late.first) && time <= Date.parse(late.last))
        : [];
      if (late && range.length !== late.count)
        complain('policy', `${first.id} misses ${late.count}, not ${range.length}`);
      for (const time of range) count(time, first);
      const itself = range.includes(first.at);
      if (!itself) count(first.at, first);
      if (first.run !== (!itself || schedule.missed === 'run-once'))
        complain('policy', `${first.id} (${schedule.missed}) ${first.run ? 'ran' : 'did not run'}`);
      missed += range.length;
      if (first.run) ran += 1;
    }
    due += times.length;
    for (const [time, times] of counts) {
      if (times === 0) complain('lost', `${name} at ${new Date(time).toISOString()}`);
      if (times > 1) complain('twice', `${name} at ${new Date(time).toISOString()}`);
    }
  }
  return { wrong, due, ran, missed };
}
