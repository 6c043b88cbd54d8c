/** Lines that were taken over from a chat service and are not handled yet, in Redis: none is lost, none is handled twice. Key family `inbox`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Log } from '../../log.ts';
import type { Incoming } from '../platform.ts';

/** How long a handled line is remembered, ms: services deliver again for a day. */
const REMEMBER_MS = 48 * 3_600_000;
/** How long it may take until it is noted that a line was handled, so that many are noted at once, ms. */
const NOTE_MS = 20;
/** How often it is looked for lines that wait although nobody handles them, ms. */
const LOOK_MS = 30_000;
/** How long a line of a chat may keep the next one of the same chat waiting, ms. */
const ORDER_MS = 2_000;

/** KEYS: waiting, seen. ARGV: oldest to remember, then id and line as JSON, in turn. Gives the ids that are new. */
const TAKE = `
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
local fresh = {}
for at = 2, #ARGV, 2 do
  if not redis.call('ZSCORE', KEYS[2], ARGV[at]) and redis.call('HSETNX', KEYS[1], ARGV[at], ARGV[at + 1]) == 1 then
    fresh[#fresh + 1] = ARGV[at]
  end
end
return fresh
`;

type Taking = Redis & { musterTake(...args: (string | number)[]): Promise<string[]> };

export interface InboxParts {
  redis: Redis;
  platform: string;
  handle(incoming: Incoming): Promise<unknown>;
  log: Log;
}

export class Inbox {
  readonly #redis: Taking;
  readonly #parts: InboxParts;
  readonly #waiting: string;
  readonly #seen: string;
  /** The last line of each chat. */
  readonly #chats = new Map<string, Promise<void>>();
  readonly #open = new Map<string, Promise<void>>();
  /** Lines that were handled, until that is noted. */
  #handled: { names: string[]; noted: Promise<unknown> } | undefined;

  constructor(parts: InboxParts) {
    parts.redis.defineCommand('musterTake', { numberOfKeys: 2, lua: TAKE });
    this.#redis = parts.redis as Taking;
    this.#parts = parts;
    this.#waiting = key('inbox', parts.platform);
    this.#seen = key('inbox', parts.platform, 'seen');
  }

  /** Takes lines over; resolves when they are kept, so that the service may forget them. They are handled meanwhile. */
  async take(lines: Incoming[]): Promise<void> {
    if (lines.length === 0) return;
    const texts = lines.flatMap((line) => [nameOf(line), JSON.stringify(line)]);
    const oldest = Date.now() - REMEMBER_MS;
    const fresh = new Set(await this.#redis.musterTake(this.#waiting, this.#seen, oldest, ...texts));
    for (const line of lines) if (fresh.delete(nameOf(line))) this.#handle(line);
  }

  /** Handles what a process that is gone had taken over. */
  async resume(): Promise<void> {
    for (const text of await this.#left()) this.#resume(text);
  }

  /**
   * Handles from then on what waited at two looks in a row, until the signal: another process had taken it over and is gone. One that
   * only takes its time handles it as well, which becomes the same run.
   */
  async watch(signal: AbortSignal, every = LOOK_MS): Promise<void> {
    let before = new Set<string>();
    while (!signal.aborted) {
      try {
        const left = await this.#left();
        for (const text of left) if (before.has(text)) this.#resume(text);
        before = new Set(left);
      } catch (err) {
        this.#parts.log.warn({ err }, 'it could not be looked for lines that wait');
      }
      await sleep(every, undefined, { signal }).catch(() => {});
    }
  }

  async #left(): Promise<string[]> {
    return Object.values(await this.#redis.hgetall(this.#waiting));
  }

  #resume(text: string): void {
    const line = JSON.parse(text) as Incoming;
    if (!this.#open.has(nameOf(line))) this.#handle(line);
  }

  /** Resolves when everything taken over here has been handled. */
  async settled(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  /** In order within a chat, as long as that takes no time: a plan that waits for a server must not hold up a cancel. */
  #handle(line: Incoming): void {
    const { handle, log } = this.#parts;
    const name = nameOf(line);
    const before = this.#chats.get(line.chat) ?? Promise.resolve();
    const done = before.then(() => handle(line));
    const noted = done
      .then(() => this.#note(name))
      .catch((err) => log.error({ err, line: name }, 'a line could not be handled; it is taken up again'))
      .finally(() => this.#open.delete(name));
    this.#open.set(name, noted);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ORDER_MS);
    });
    const over = done.then(
      () => {},
      () => {},
    );
    const turn = Promise.race([over, before.then(() => patience)]).finally(() => clearTimeout(timer));
    this.#chats.set(line.chat, turn);
    void turn.then(() => {
      if (this.#chats.get(line.chat) === turn) this.#chats.delete(line.chat);
    });
  }

  /** Notes that a line was handled, with what else was meanwhile; a line that is handled again becomes the same run. */
  async #note(name: string): Promise<void> {
    if (!this.#handled) {
      const names: string[] = [];
      const noted = sleep(NOTE_MS).then(() => {
        this.#handled = undefined;
        const seen = names.flatMap((one) => [Date.now(), one]);
        return this.#redis
          .multi()
          .hdel(this.#waiting, ...names)
          .zadd(this.#seen, ...seen)
          .exec();
      });
      this.#handled = { names, noted };
    }
    this.#handled.names.push(name);
    await this.#handled.noted;
  }
}

/** Unique on its platform. */
const nameOf = ({ chat, id }: Incoming): string => `${chat}/${id}`;
