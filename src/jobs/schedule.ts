/** Lines that run by the clock, through BullMQ job schedulers, with time zones. Those of the chat live in state `schedules`. */
import { Queue, Worker } from 'bullmq';
import { KEY_PREFIX, type Redis } from '../adapters/redis/connection.ts';
import type { Schedule } from '../config/config.ts';
import { MusterError } from '../errors.ts';
import type { Log } from '../log.ts';
import { LOCK_MS, STALLED_CHECK_MS } from './queue.ts';
import type { LiveState } from './step.ts';

const QUEUE = 'schedules';
const FAMILY = 'schedules';

/** A schedule as lists show it. */
export interface Scheduled extends Schedule {
  name: string;
  /** `config` can only be changed in the files. */
  from: 'config' | 'chat';
  /** When it runs next, UTC, ISO 8601. */
  next?: string;
}

/** Called when a schedule is due; `id` is the same however often this firing is delivered. */
export type Due = (firing: { id: string; name: string; schedule: Schedule }) => Promise<void>;

export class Schedules {
  readonly #queue: Queue<{ name: string }>;
  readonly #redis: Redis;
  readonly #state: LiveState;
  readonly #log: Log;
  #configured: Record<string, Schedule> = {};
  #worker: Worker<{ name: string }> | undefined;

  constructor(parts: { redis: Redis; state: LiveState; log: Log }) {
    this.#redis = parts.redis;
    this.#state = parts.state;
    this.#log = parts.log;
    this.#queue = new Queue(QUEUE, { connection: parts.redis, prefix: KEY_PREFIX, skipVersionCheck: true });
    this.#queue.on('error', () => {});
  }

  /** Takes the configured schedules and makes Redis agree: new ones in, changed ones changed, gone ones out. */
  async sync(configured: Record<string, Schedule>): Promise<void> {
    this.#configured = configured;
    const wanted = new Map((await this.#all()).map((schedule) => [schedule.name, schedule]));
    for (const known of await this.#queue.getJobSchedulers()) {
      if (!wanted.has(known.key)) await this.#queue.removeJobScheduler(known.key);
    }
    for (const schedule of wanted.values()) await this.#upsert(schedule);
  }

  /** Starts to run what is due. */
  start(due: Due): void {
    this.#worker = new Worker<{ name: string }>(
      QUEUE,
      async (job) => {
        const schedule = (await this.#all()).find(({ name }) => name === job.data.name);
        if (schedule) await due({ id: `schedule.${job.id}`, name: schedule.name, schedule });
      },
      {
        connection: this.#redis,
        prefix: KEY_PREFIX,
        concurrency: 10,
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_CHECK_MS,
        maxStalledCount: 1_000,
        removeOnComplete: { count: 100 },
        removeOnFail: { count: 100 },
        skipVersionCheck: true,
      },
    );
    this.#worker.on('error', (err) => this.#log.warn({ err }, 'the schedule queue had an error'));
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
        problems: `${name} is set in the configuration`,
        help: '/schedule list',
      });
    // In this order, as a sync meanwhile removes what it does not find in the state.
    await this.#state.set(FAMILY, name, schedule);
    await this.#upsert({ ...schedule, name, from: 'chat' });
    return (await this.list()).find((entry) => entry.name === name) as Scheduled;
  }

  async remove(name: string): Promise<void> {
    if (Object.hasOwn(this.#configured, name))
      throw new MusterError('input.invalid', {
        problems: `${name} is set in the configuration; remove it there`,
        help: '/reload',
      });
    if ((await this.#state.get(FAMILY, name)) === undefined)
      throw new MusterError('schedule.unknown', { name });
    await this.#state.remove(FAMILY, name);
    await this.#queue.removeJobScheduler(name);
  }

  /** The schedule of a name; rejects with `schedule.unknown`. */
  async get(name: string): Promise<Scheduled> {
    const found = (await this.#all()).find((schedule) => schedule.name === name);
    if (!found) throw new MusterError('schedule.unknown', { name });
    return found;
  }

  async #all(): Promise<Scheduled[]> {
    const chat = (await this.#state.all(FAMILY)) as Record<string, Schedule>;
    const entries = [
      ...Object.entries(chat).map(([name, schedule]) => ({ ...schedule, name, from: 'chat' as const })),
      ...Object.entries(this.#configured).map(([name, schedule]) => ({
        ...schedule,
        name,
        from: 'config' as const,
      })),
    ];
    return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
  }

  async #upsert({ name, at, zone }: Scheduled): Promise<void> {
    await this.#queue.upsertJobScheduler(name, { pattern: at, tz: zone }, { name, data: { name } });
  }

  async close(): Promise<void> {
    await Promise.all([this.#worker?.close(), this.#queue.close()]);
  }
}
