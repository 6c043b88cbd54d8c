/** Mail that waits to be said, in Redis: kept over restarts, the most urgent of a chat first, of each message only the newest state. Key family `outbox`. */
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Place, Posted } from '../platform.ts';
import type { Attachment } from './attachment.ts';
import { type Mail, type Mailbox, URGENCIES } from './mail.ts';

/** Mail as it waits: `version` grows with each newer state, `posted` is where an earlier state stands. */
export interface Waiting extends Omit<Mail, 'file'> {
  /** The name of its file, whose text is kept apart. */
  file?: string;
  /** Whether that is a picture. */
  picture?: true;
  version: number;
  posted?: Posted;
}

/** How long it is remembered where a message stands that will not change any more, s: a late redelivery edits it. */
const REMEMBER_S = 48 * 3_600;
/** How long it is remembered where one stands that may still change, s: an alert may be open for weeks. */
const CHANGING_S = 60 * 24 * 3_600;
/** How long it is remembered which run a message shows, s: people reply to what they find when they scroll back. */
const ABOUT_S = 30 * 24 * 3_600;
/** So often may a chat have moved. */
const MOST_MOVES = 5;
/** Room for so many waiting messages of one urgency. */
const CLASS = 1e12;

/**
 * KEYS: chats, queue of the chat, items, counter. ARGV: chat, id, urgency, mail as JSON.
 * What waits under the same id is replaced; it never gets less urgent and keeps its place within its class.
 */
const PUT = `
local number = redis.call('INCR', KEYS[4])
local score = tonumber(ARGV[3]) * ${CLASS} + number
local old = redis.call('ZSCORE', KEYS[2], ARGV[2])
if old and tonumber(old) < score then score = tonumber(old) end
redis.call('ZADD', KEYS[2], score, ARGV[2])
redis.call('HSET', KEYS[3], ARGV[2], number .. ' ' .. ARGV[4])
redis.call('SADD', KEYS[1], ARGV[1])
`;

/** KEYS: chats, queue, items, posted. ARGV: chat, id, version, where it stands as JSON (or ''), seconds to remember it. */
const SETTLE = `
local item = redis.call('HGET', KEYS[3], ARGV[2])
if ARGV[4] == '' then redis.call('DEL', KEYS[4]) else redis.call('SET', KEYS[4], ARGV[4], 'EX', ARGV[5]) end
if item and string.match(item, '^%d+') == ARGV[3] then
  redis.call('HDEL', KEYS[3], ARGV[2])
  redis.call('ZREM', KEYS[2], ARGV[2])
  if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('SREM', KEYS[1], ARGV[1]) end
end
`;

/**
 * KEYS: chats, queue and items of the old chat, queue and items of the new one, posted. ARGV: old chat, new chat, id, what waits
 * in the old one as it was read, the same for the new one. What is newer there, or said already, stays; what is put meanwhile is
 * moved at the next try.
 */
const MOVE = `
if redis.call('HGET', KEYS[3], ARGV[3]) ~= ARGV[4] then return end
local number = function(item) return tonumber(string.match(item, '^%d+')) end
local score = redis.call('ZSCORE', KEYS[2], ARGV[3])
local there = redis.call('HGET', KEYS[5], ARGV[3])
local stands = redis.call('GET', KEYS[6])
local said = stands and cjson.decode(stands).version or 0
if score and said < number(ARGV[5]) then
  local known = redis.call('ZSCORE', KEYS[4], ARGV[3])
  if known and tonumber(known) < tonumber(score) then score = known end
  redis.call('ZADD', KEYS[4], score, ARGV[3])
  if not there or number(there) < number(ARGV[5]) then redis.call('HSET', KEYS[5], ARGV[3], ARGV[5]) end
  redis.call('SADD', KEYS[1], ARGV[2])
end
redis.call('HDEL', KEYS[3], ARGV[3])
redis.call('ZREM', KEYS[2], ARGV[3])
if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('SREM', KEYS[1], ARGV[1]) end
`;

type Scripted = Redis &
  Record<'musterPut' | 'musterSettle' | 'musterMove', (...args: (string | number)[]) => Promise<void>>;

export class Outbox implements Mailbox {
  readonly #redis: Scripted;
  readonly #platform: string;
  /** Called when something was put here. */
  onPut: () => void = () => {};

  readonly files: boolean;
  readonly #threads: boolean;

  /** `files` where the platform takes some, `threads` where people reply by them. */
  constructor(
    redis: Redis,
    platform: string,
    { files = false, threads = false }: { files?: boolean; threads?: boolean } = {},
  ) {
    this.files = files;
    this.#threads = threads;
    redis.defineCommand('musterPut', { numberOfKeys: 4, lua: PUT });
    redis.defineCommand('musterSettle', { numberOfKeys: 4, lua: SETTLE });
    redis.defineCommand('musterMove', { numberOfKeys: 6, lua: MOVE });
    this.#redis = redis as Scripted;
    this.#platform = platform;
  }

  async put({ file, ...mail }: Mail): Promise<void> {
    if (file === undefined || !this.files) return this.#put(mail);
    await this.#redis.set(this.#key('file', mail.id), file.text, 'EX', REMEMBER_S);
    await this.#put({ ...mail, file: file.name, ...(file.picture && { picture: true }) });
  }

  async #put(given: Omit<Waiting, 'version' | 'posted'>): Promise<void> {
    const mail = { ...given, place: await this.whereIs(given.place) };
    const { chat } = mail.place;
    await this.#redis.musterPut(
      this.#key('chats'),
      this.#key('queue', chat),
      this.#key('items', chat),
      this.#key('count'),
      chat,
      mail.id,
      URGENCIES.indexOf(mail.urgency),
      JSON.stringify(mail),
    );
    this.onPut();
  }

  /** Of each chat that has mail and is ready, the one to say first. */
  async heads(ready: (chat: string) => boolean = () => true): Promise<Waiting[]> {
    const chats = await this.#redis.smembers(this.#key('chats'));
    const heads = await Promise.all(chats.filter(ready).map((chat) => this.#head(chat)));
    return heads.filter((head) => head !== undefined);
  }

  async #head(chat: string): Promise<Waiting | undefined> {
    const [id] = await this.#redis.zrange(this.#key('queue', chat), '0', '0');
    if (id === undefined) return undefined;
    const [item, posted] = await Promise.all([
      this.#redis.hget(this.#key('items', chat), id),
      this.#redis.get(this.#key('posted', id)),
    ]);
    if (item === null) return undefined;
    const gap = item.indexOf(' ');
    const mail = JSON.parse(item.slice(gap + 1)) as Omit<Waiting, 'version' | 'posted'>;
    const stands = posted === null ? undefined : postedIn(posted);
    // What stands where the chat was before it moved cannot be edited any more.
    const here = stands?.place.chat === mail.place.chat;
    return { ...mail, version: Number(item.slice(0, gap)), posted: here ? stands : undefined };
  }

  /** Notes that a state was said, and where it stands now; a newer state goes on waiting. */
  async said(mail: Waiting, posted: Posted): Promise<void> {
    const { place, message } = posted;
    if (mail.about !== undefined && !mail.posted) {
      // Of several cards in a thread, words in it are about the newest.
      const names = this.#threads && place.thread !== undefined ? [message, place.thread] : [message];
      for (const name of names)
        await this.#redis.set(this.#key('about', place.chat, name), mail.about, 'EX', ABOUT_S);
    }
    await this.#settle(mail, String(mail.version), JSON.stringify({ ...posted, version: mail.version }));
    if (mail.file !== undefined) await this.#redis.del(this.#key('file', mail.id));
  }

  /** The file of what waits; undefined where it has none, or waited too long. */
  async fileOf({ id, file, picture }: Waiting): Promise<Attachment | undefined> {
    if (file === undefined) return undefined;
    const text = await this.#redis.get(this.#key('file', id));
    return text === null ? undefined : { name: file, text, ...(picture && { picture }) };
  }

  /** The run that a message shows, or the newest that its thread does; undefined where there is none, or long ago. */
  async about({ chat }: Pick<Place, 'chat'>, message: string): Promise<string | undefined> {
    return (await this.#redis.get(this.#key('about', chat, message))) ?? undefined;
  }

  /** Notes that the message an earlier state stood in is gone: the next try posts a new one. */
  async vanished(mail: Waiting): Promise<void> {
    await this.#settle(mail, '', '');
  }

  /** Gives a message up that can never be said. */
  async drop(mail: Waiting): Promise<void> {
    await this.#settle(mail, String(mail.version), mail.posted ? JSON.stringify(mail.posted) : '');
  }

  #settle({ place: { chat }, id, final }: Waiting, version: string, posted: string): Promise<void> {
    return this.#redis.musterSettle(
      this.#key('chats'),
      this.#key('queue', chat),
      this.#key('items', chat),
      this.#key('posted', id),
      ...[chat, id, version, posted, final ? REMEMBER_S : CHANGING_S],
    );
  }

  /** Moves a chat's mail to the id the chat has now. What stood in the old one cannot be edited any more. */
  async move(from: string, to: string): Promise<void> {
    if (from === to) return;
    // Where it goes now it may have come from before.
    await this.#redis.multi().hset(this.#key('moved'), from, to).hdel(this.#key('moved'), to).exec();
    for (let ids = await this.#waiting(from); ids.length > 0; ids = await this.#waiting(from)) {
      for (const id of ids) {
        const item = await this.#redis.hget(this.#key('items', from), id);
        if (item === null) {
          await this.#redis.zrem(this.#key('queue', from), id);
          continue;
        }
        const gap = item.indexOf(' ');
        const mail = JSON.parse(item.slice(gap + 1)) as Omit<Waiting, 'version' | 'posted'>;
        const moved = `${item.slice(0, gap)} ${JSON.stringify({ ...mail, place: { ...mail.place, chat: to } })}`;
        await this.#redis.musterMove(
          this.#key('chats'),
          ...[this.#key('queue', from), this.#key('items', from)],
          ...[this.#key('queue', to), this.#key('items', to), this.#key('posted', id)],
          ...[from, to, id, item, moved],
        );
      }
    }
    this.onPut();
  }

  /** The ids of what waits in a chat, in order. */
  #waiting(chat: string): Promise<string[]> {
    return this.#redis.zrange(this.#key('queue', chat), '0', '-1');
  }

  /** Notes what a service told of a chat: that it lets nothing in, or (without a reason) that it does. Whoever speaks there is told. */
  async access(chat: string, reason?: string): Promise<void> {
    await this.#redis.hset(
      this.#key('access'),
      (await this.whereIs({ platform: '', chat })).chat,
      reason ?? '',
    );
    this.onPut();
  }

  /** What was noted of chats since this was last asked. */
  async accessNews(): Promise<[chat: string, reason: string | undefined][]> {
    const name = this.#key('access');
    const [[, noted] = []] = (await this.#redis.multi().hgetall(name).del(name).exec()) ?? [];
    return Object.entries((noted ?? {}) as Record<string, string>).map(([chat, reason]) => [
      chat,
      reason || undefined,
    ]);
  }

  /** A place by the id its chat has now. */
  async whereIs(place: Place): Promise<Place> {
    let { chat } = place;
    for (let hop = 0; hop < MOST_MOVES; hop += 1) {
      const next = await this.#redis.hget(this.#key('moved'), chat);
      if (next === null) break;
      chat = next;
    }
    return chat === place.chat ? place : { ...place, chat };
  }

  /** Keeps and gives back what was spent of the budget, by chat; ms since the epoch. */
  async keepSpent(chat: string, times: readonly number[]): Promise<void> {
    await this.#redis.hset(this.#key('spent'), chat, JSON.stringify(times));
  }
  async spent(): Promise<Map<string, number[]>> {
    const hash = await this.#redis.hgetall(this.#key('spent'));
    return new Map(Object.entries(hash).map(([chat, times]) => [chat, JSON.parse(times) as number[]]));
  }

  #key(...parts: string[]): string {
    return key('outbox', this.#platform, ...parts);
  }
}

/** Where a message stands, as it is kept: with the version that it shows. */
function postedIn(text: string): Posted {
  const { place, message } = JSON.parse(text) as Posted;
  return { place, message };
}
