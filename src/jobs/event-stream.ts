/** A run's events: a Redis stream per run, and one channel that says which run has something new. Key family `events`. */
import { key, type Redis } from '../adapters/redis/connection.ts';
import type { NewRunEvent, RunEvent } from '../events.ts';
import { runKey } from './run-record.ts';

/** Events kept of one run; beyond them the oldest lines of its output go, never what happened to it. */
const MAX_EVENTS = 10_000;
/** How long an ended run's events are kept, seconds. */
const KEEP_SECONDS = 30 * 24 * 3_600;
const CHANNEL = key('events');

/** Events read at once, so that a long history holds up neither Redis nor this process. */
const PAGE = 500;

/** Output kept of one run, bytes of its events; beyond it the oldest goes. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** KEYS: the stream, the run's hash (`output` counts bytes, `gone` lines that are not kept any more). ARGV: channel, run, most events and bytes kept, events as JSON. */
const EMIT = `
local kind = function(text) return string.match(text, '^{"type":"(%a+)"') end
local output = 0
for at = 5, #ARGV do
  redis.call('XADD', KEYS[1], '*', 'e', ARGV[at])
  if kind(ARGV[at]) == 'lines' then output = output + #ARGV[at] end
end
if output > 0 then output = redis.call('HINCRBY', KEYS[2], 'output', output) end
local events = redis.call('XLEN', KEYS[1]) - ARGV[3]
local bytes = output - ARGV[4]
if events > 0 or bytes > 0 then
  local freed = 0
  local gone = 0
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', math.max(events, 0) + 200)) do
    local text = entry[2][2]
    local what = kind(text)
    if what == 'lines' and (events > 0 or freed < bytes) then
      redis.call('XDEL', KEYS[1], entry[1])
      freed = freed + #text
      gone = gone + #(cjson.decode(text).lines)
    elseif what == 'progress' then
      redis.call('XDEL', KEYS[1], entry[1])
    end
  end
  if freed > 0 then
    redis.call('HINCRBY', KEYS[2], 'output', -freed)
    redis.call('HINCRBY', KEYS[2], 'gone', gone)
  end
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
`;

type Emitting = Redis & {
  musterEmit(...args: (string | number)[]): Promise<void>;
};

export class Events {
  readonly #redis: Emitting;
  readonly #subscriber: () => Redis;
  readonly #followers = new Map<string, Set<() => void>>();
  #listening: Promise<void> | undefined;
  #connection: Redis | undefined;

  /** `subscriber` opens a connection of its own for listening; it is called at the first `follow`. */
  constructor(redis: Redis, subscriber: () => Redis) {
    redis.defineCommand('musterEmit', { numberOfKeys: 2, lua: EMIT });
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
    const keys = [this.key(run), runKey(run)];
    await this.#redis.musterEmit(...keys, CHANNEL, run, MAX_EVENTS, MAX_OUTPUT, ...texts);
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
