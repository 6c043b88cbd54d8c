/**
 * Lines that run by the clock, with time zones. BullMQ's job schedulers ring; what is due then is reckoned from the last time that
 * was dealt with, so that nothing is missed or done twice. Those of the chat live in state `schedules`. Key family `schedule`.
 */
import { setImmediate } from 'node:timers/promises';
import { Queue, type RepeatOptions, Worker } from 'bullmq';
import { KEY_PREFIX, key, type Redis } from '../adapters/redis/connection.ts';
import type { Schedule } from '../config/config.ts';
import { cronClock } from '../cron.ts';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';
import { dueTimes } from './due.ts';
import { LOCK_MS, STALLED_CHECK_MS } from './queue.ts';
import type { LiveState } from './step.ts';

const QUEUE = 'schedules';
const FAMILY = 'schedules';
/** Up to when each schedule was dealt with: name -> ms, pattern, zone. */
const THROUGH = key('schedule', 'through');
/** Firings that were begun and not noted as through: name -> firing. */
const BEGUN = key('schedule', 'begun');
/** What is later than this was missed, ms. */
const LATE_MS = 120_000;
/** What was dealt with this far in the future was dealt with under a wrong clock, ms. */
const AHEAD_MS = 3_600_000;
/** How often it is looked for what is due although nothing rang, ms. */
const LOOK_MS = 30_000;

/** KEYS: through, begun. ARGV: name, firing as JSON, time, pattern and zone. Of one that was removed or changed while it was told, nothing is noted. */
const SETTLE = `
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return end
redis.call('HDEL', KEYS[2], ARGV[1])
local through = redis.call('HGET', KEYS[1], ARGV[1])
if through and string.match(through, '^%S+ (.*)$') == ARGV[4] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[4])
end
`;

type Scripted = Redis & { musterScheduleSettle(...args: (string | number)[]): Promise<void> };

/** A schedule as lists show it. */
export interface Scheduled extends Schedule {
  name: string;
  /** `config` can only be changed in the files. */
  from: 'config' | 'chat';
  /** When it runs next, UTC, ISO 8601. */
  next?: string;
}

/** A schedule that is due; `id` is the same however often this is told. */
export interface Firing {
  id: string;
  /** When it was due, ms since the epoch. */
  at: number;
  name: string;
  schedule: Schedule;
  /** Whether its line is to be run; false where it was missed and the policy says so. */
  run: boolean;
  /** The times that were missed before: how many, the first and the last of them (UTC, ISO 8601). */
  missed?: { count: number; first: string; last: string };
}
export type Due = (firing: Firing) => Promise<void>;

export class Schedules {
  readonly #queue: Queue<{ name: string }>;
  readonly #redis: Scripted;
  readonly #state: LiveState;
  readonly #log: Log;
  #configured: Record<string, Schedule> = {};
  #worker: Worker<{ name: string }> | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #now: () => number;

  constructor(parts: { redis: Redis; state: LiveState; log: Log; now?: () => number }) {
    this.#now = parts.now ?? Date.now;
    parts.redis.defineCommand('musterScheduleSettle', { numberOfKeys: 2, lua: SETTLE });
    this.#redis = parts.redis as Scripted;
    this.#state = parts.state;
    this.#log = parts.log;
    this.#queue = new Queue(QUEUE, {
      connection: parts.redis,
      prefix: KEY_PREFIX,
      skipVersionCheck: true,
      settings: { repeatStrategy },
    });
    this.#queue.on('error', () => {});
  }

  /** Takes the configured schedules and makes Redis agree: new ones in, changed ones changed, gone ones out. */
  async sync(configured: Record<string, Schedule>): Promise<void> {
    this.#configured = configured;
    const wanted = new Map((await this.#all()).map((schedule) => [schedule.name, schedule]));
    for (const known of await this.#queue.getJobSchedulers()) {
      if (wanted.has(known.key)) continue;
      // Should it come back one day, its times count from then on.
      await this.#forget(known.key);
      await this.#queue.removeJobScheduler(known.key);
    }
    for (const schedule of wanted.values()) await this.#upsert(schedule);
  }

  /** Starts to run what is due, and deals with what was missed. */
  start(due: Due): void {
    const look = (name?: string) =>
      this.look(due, name).catch((err) => this.#log.warn({ err }, 'it could not be looked for what is due'));
    void look();
    this.#timer = setInterval(() => void look(), LOOK_MS);
    this.#worker = new Worker<{ name: string }>(QUEUE, (job) => look(job.data.name), {
      connection: this.#redis,
      prefix: KEY_PREFIX,
      concurrency: 10,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 1_000,
      removeOnComplete: { count: 100 },
      removeOnFail: { count: 100 },
      skipVersionCheck: true,
      settings: { repeatStrategy },
    });
    this.#worker.on('error', (err) => this.#log.warn({ err }, 'the schedule queue had an error'));
  }

  /**
   * Deals with everything that is due by now, of one schedule or of all; again and again as you like. Rejects with what went
   * wrong with some, when it has been through all.
   */
  async look(due: Due, only?: string): Promise<void> {
    const failures: unknown[] = [];
    const names = only === undefined ? (await this.#all()).map(({ name }) => name) : [only];
    for (const name of names) {
      // Telling those before may have taken a while, in which this one may have been changed or removed.
      const schedule = await this.#find(name);
      if (schedule) await this.#lookAt(schedule, due).catch((error) => failures.push(error));
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, 'several schedules could not be dealt with');
  }

  async #lookAt(schedule: Scheduled, due: Due): Promise<void> {
    const { name } = schedule;
    const now = this.#now();
    // What was cut off while it was told is told again as it was.
    const begun = await this.#redis.hget(BEGUN, name);
    if (begun !== null) await this.#tell(due, begun);
    const since = await this.#through(schedule);
    if (since === undefined) return;
    const times: number[] = [];
    for (const time of dueTimes(schedule, since, now)) {
      // A month of minutes takes seconds to reckon, in which everything else goes on.
      if (times.push(time) % 500 === 0) await setImmediate();
    }
    const last = times.at(-1);
    if (last === undefined) return;
    const late = times.filter((time) => now - time > LATE_MS);
    const missed =
      late.length === 0
        ? undefined
        : { count: late.length, first: iso(late[0] as number), last: iso(late.at(-1) as number) };
    const run = now - last <= LATE_MS || schedule.missed === 'run-once';
    const firing: Firing = { id: `schedule.${name}.${last}`, at: last, name, schedule, run, missed };
    const begins = JSON.stringify(firing);
    await this.#redis.hset(BEGUN, name, begins);
    await this.#tell(due, begins);
  }

  async #tell(due: Due, begun: string): Promise<void> {
    const firing = JSON.parse(begun) as Firing;
    const { name, schedule, at } = firing;
    await due(firing);
    await this.#redis.musterScheduleSettle(THROUGH, BEGUN, name, begun, at, timesOf(schedule));
  }

  /**
   * Up to when a schedule was dealt with; undefined where its times are other ones now, or where the clock was far ahead:
   * they count from now on.
   */
  async #through(schedule: Scheduled): Promise<number | undefined> {
    const known = await this.#redis.hget(THROUGH, schedule.name);
    const since = Number(known?.split(' ')[0]);
    const now = this.#now();
    if (known !== null && known === throughOf(schedule, since) && since - now < AHEAD_MS) return since;
    await this.#redis.hset(THROUGH, schedule.name, throughOf(schedule, now));
    return undefined;
  }

  async list(): Promise<Scheduled[]> {
    const next = new Map((await this.#queue.getJobSchedulers()).map((known) => [known.key, known.next]));
    const all = await this.#all();
    return all
      .map((schedule) => {
        const at = next.get(schedule.name);
        return { ...schedule, next: at === undefined ? undefined : new Date(at).toISOString() };
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds one from the chat; a name that the configuration uses is refused. */
  async add(name: string, schedule: Schedule): Promise<Scheduled> {
    if (Object.hasOwn(this.#configured, name))
      throw new MusterError('input.invalid', {
        name,
        problems: messages().jobs.schedules.configured({ name }),
        help: '/schedule list',
      });
    // What another manager was at when one of that name was removed is nothing to this one.
    if ((await this.#find(name)) === undefined) await this.#forget(name);
    // In this order, as a sync meanwhile removes what it does not find in the state.
    await this.#state.set(FAMILY, name, schedule);
    await this.#upsert({ ...schedule, name, from: 'chat' });
    return (await this.list()).find((entry) => entry.name === name) as Scheduled;
  }

  async remove(name: string): Promise<void> {
    if (Object.hasOwn(this.#configured, name))
      throw new MusterError('input.invalid', {
        name,
        problems: messages().jobs.schedules.removeThere({ name }),
        help: '/reload',
      });
    if ((await this.#state.get(FAMILY, name)) === undefined)
      throw new MusterError('schedule.unknown', { name });
    await this.#state.remove(FAMILY, name);
    await this.#queue.removeJobScheduler(name);
    await this.#forget(name);
  }

  async #forget(name: string): Promise<void> {
    await this.#redis.multi().hdel(THROUGH, name).hdel(BEGUN, name).exec();
  }

  /** The schedule of a name; rejects with `schedule.unknown`. */
  async get(name: string): Promise<Scheduled> {
    const found = await this.#find(name);
    if (!found) throw new MusterError('schedule.unknown', { name });
    return found;
  }

  async #find(name: string): Promise<Scheduled | undefined> {
    if (Object.hasOwn(this.#configured, name)) return ofFiles([name, this.#configured[name] as Schedule]);
    const known = (await this.#state.get(FAMILY, name)) as Schedule | undefined;
    return known && ofChat([name, known]);
  }

  async #all(): Promise<Scheduled[]> {
    const chat = (await this.#state.all(FAMILY)) as Record<string, Schedule>;
    const entries = [...Object.entries(chat).map(ofChat), ...Object.entries(this.#configured).map(ofFiles)];
    return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  }

  async #upsert(schedule: Scheduled): Promise<void> {
    const { name, at, zone } = schedule;
    // From now on its times count.
    await this.#through(schedule);
    await this.#queue.upsertJobScheduler(name, { pattern: at, tz: zone }, { name, data: { name } });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#worker?.close(), this.#queue.close()]);
  }
}

/** Rings by the clock that also says what is due; BullMQ's own skips times of day where a zone changes its clock. */
const repeatStrategy = (now: number, { pattern = '', tz = 'UTC' }: RepeatOptions): number | undefined =>
  cronClock(pattern, tz)(now);

const iso = (time: number): string => new Date(time).toISOString();

const ofChat = ([name, schedule]: [string, Schedule]): Scheduled => ({
  ...{ missed: 'run-once' },
  ...schedule,
  name,
  from: 'chat',
});
const ofFiles = ([name, schedule]: [string, Schedule]): Scheduled => ({ ...schedule, name, from: 'config' });

const timesOf = ({ at, zone }: Schedule): string => `${at} ${zone}`;
const throughOf = (schedule: Schedule, time: number): string => `${time} ${timesOf(schedule)}`;
