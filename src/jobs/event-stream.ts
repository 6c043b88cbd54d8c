/** A run's events: a Redis stream per run, and one channel that says which run has something new. Key family `events`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import type { NewRunEvent, RunEvent } from '../events.ts';

/** Events kept of one run; beyond them the oldest lines of its output go, never what happened to it. */
const MAX_EVENTS = 10_000;
/** How long an ended run's events are kept, seconds. */
const KEEP_SECONDS = 30 * 24 * 3_600;
const CHANNEL = key('events');

/** Events read at once, so that a long history holds up neither Redis nor this process. */
const PAGE = 500;

/** ARGV: channel, run, most events kept, events as JSON. */
const EMIT = `
for at = 4, #ARGV do redis.call('XADD', KEYS[1], '*', 'e', ARGV[at]) end
local over = redis.call('XLEN', KEYS[1]) - ARGV[3]
if over > 0 then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', over + 200)) do
    local kind = string.match(entry[2][2], '^{"type":"(%a+)"')
    if kind == 'lines' or kind == 'progress' then redis.call('XDEL', KEYS[1], entry[1]) end
  end
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
`;

type Emitting = Redis & {
  musterEmit(key: string, channel: string, run: string, most: number, ...events: string[]): Promise<void>;
};

export class Events {
  readonly #redis: Emitting;
  readonly #subscriber: () => Redis;
  readonly #followers = new Map<string, Set<() => void>>();
  #listening: Promise<void> | undefined;
  #connection: Redis | undefined;

  /** `subscriber` opens a connection of its own for listening; it is called at the first `follow`. */
  constructor(redis: Redis, subscriber: () => Redis) {
    redis.defineCommand('musterEmit', { numberOfKeys: 1, lua: EMIT });
    this.#redis = redis as Emitting;
    this.#subscriber = subscriber;
  }

  key(run: string): string {
    return key('events', run);
  }

  /** The Redis commands that append events, for a transaction. */
  commands(run: string, events: NewRunEvent[], options: { last?: boolean } = {}): string[][] {
    const at = new Date().toISOString();
    return [
      ...events.map((event) => ['XADD', this.key(run), '*', 'e', JSON.stringify({ ...event, run, at })]),
      ...(options.last ? [['EXPIRE', this.key(run), String(KEEP_SECONDS)]] : []),
      ['PUBLISH', CHANNEL, run],
    ];
  }

  /** Appends events. */
  async emit(run: string, events: NewRunEvent[]): Promise<void> {
    if (events.length === 0) return;
    const at = new Date().toISOString();
    const texts = events.map((event) => JSON.stringify({ ...event, run, at }));
    await this.#redis.musterEmit(this.key(run), CHANNEL, run, MAX_EVENTS, ...texts);
  }

  async read(run: string): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for (let from = '-'; ; ) {
      const page = await this.#redis.xrange(this.key(run), from, '+', 'COUNT', PAGE);
      for (const [, fields] of page) events.push(JSON.parse(fields[1] as string) as RunEvent);
      if (page.length < PAGE) return events;
      from = `(${page.at(-1)?.[0]}`;
    }
  }

  /**
   * A run's events from the first on, as they come, until the one that ends it (or the signal).
   * Nothing is missed when the connection is lost in between: the channel only wakes, the stream is what is read.
   */
  async *follow(run: string, signal?: AbortSignal): AsyncGenerator<RunEvent> {
    let wake: () => void = () => {};
    const woken = () => wake();
    const followers = this.#followers.get(run) ?? new Set();
    this.#followers.set(run, followers.add(woken));
    signal?.addEventListener('abort', woken);
    try {
      await this.#listen();
      let last = '-';
      while (!signal?.aborted) {
        const pause = new Promise<void>((resolve) => {
          wake = resolve;
          // A lost wake-up (a reconnecting subscriber) costs a second, not the event.
          setTimeout(resolve, 1_000).unref();
        });
        const fresh = await this.#redis.xrange(this.key(run), last, '+', 'COUNT', PAGE);
        for (const [id, fields] of fresh) {
          last = `(${id}`;
          const event = JSON.parse(fields[1] as string) as RunEvent;
          yield event;
          if (event.type === 'ended') return;
        }
        if (fresh.length < PAGE) await pause;
      }
    } finally {
      signal?.removeEventListener('abort', woken);
      followers.delete(woken);
      if (followers.size === 0) this.#followers.delete(run);
    }
  }

  #listen(): Promise<void> {
    this.#listening ??= (async () => {
      this.#connection = this.#subscriber();
      this.#connection.on('message', (_channel: string, run: string) => {
        for (const wake of this.#followers.get(run) ?? []) wake();
      });
      await this.#connection.subscribe(CHANNEL);
    })();
    return this.#listening;
  }

  async close(): Promise<void> {
    this.#connection?.disconnect();
  }
}
