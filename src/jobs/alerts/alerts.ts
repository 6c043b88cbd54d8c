/**
 * The alerts there are, in Redis: kept before anything is said, changed by any process, read by whoever tells them.
 * Changes made at once share a round trip, so that a storm is one write. Key family `alerts`.
 */
import { randomBytes } from 'node:crypto';
import { key, type Redis } from '../../adapters/redis/connection.ts';
import type { Alarm, Alarms } from '../../alarm.ts';
import { MusterError } from '../../errors.ts';
import type { Scrubber } from '../../secret.ts';
import { printable } from '../../shell.ts';
import { suggest } from '../../suggest.ts';
import { cleared, type Group, isForgotten, isOpen, membersOf, openOf, raised, worst } from './group.ts';

/** Causes that are kept apart at most; what is raised beyond is folded into one. */
const MOST_GROUPS = 200;
const OVERFLOW = 'alerts.overflow';
/** The longest text and the most lines of an alarm. */
const MAX_TEXT = 300;
const MAX_LINES = 10;
/** The most buttons of an alarm, and figures of its chart. */
const MAX_BUTTONS = 6;
const MAX_FIGURES = 300;

const GROUPS = key('alerts');
const VERSION = key('alerts', 'version');
/** Where is said that something changed: whoever tells of it need not look again and again. */
const CHANNEL = key('alerts', 'changed');

/** KEYS: groups, version. ARGV: the version the caller saw, the channel, then cause and group as JSON ('' to forget it), in turn. */
const WRITE = `
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return 0 end
for at = 3, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
end
local version = redis.call('INCR', KEYS[2])
redis.call('PUBLISH', ARGV[2], version)
return version
`;
/** KEYS: groups, version. ARGV: the version the caller has. Gives the version and, where that is another one, all groups. */
const READ = `
local version = redis.call('GET', KEYS[2]) or '0'
if version == ARGV[1] then return {version} end
return {version, redis.call('HVALS', KEYS[1])}
`;

type Scripted = Redis & {
  musterAlertsWrite(...args: (string | number)[]): Promise<number>;
  musterAlertsRead(...args: (string | number)[]): Promise<[string, string[]?]>;
};
type Groups = ReadonlyMap<string, Group>;
/** Changes the groups it is given; undefined forgets one. */
type Change = (groups: Groups) => Iterable<[cause: string, group: Group | undefined]>;

interface Pending {
  change: Change;
  done(): void;
  failed(error: unknown): void;
}

export interface AlertsParts {
  redis: Redis;
  scrubber: Scrubber;
  /** A connection of its own, on which it is heard what other processes change. */
  connect?: () => Redis;
  now?: () => number;
}

export class Alerts implements Alarms {
  readonly #redis: Scripted;
  readonly #scrubber: Scrubber;
  readonly #now: () => number;
  readonly #connect: (() => Redis) | undefined;
  #version = '';
  #groups: Groups = new Map();
  #waiting: Pending[] = [];
  #writing = false;
  /** Called when something was changed here, or, while it is heeded, by another process. */
  onChange: () => void = () => {};

  constructor({ redis, scrubber, connect, now = Date.now }: AlertsParts) {
    redis.defineCommand('musterAlertsWrite', { numberOfKeys: 2, lua: WRITE });
    redis.defineCommand('musterAlertsRead', { numberOfKeys: 2, lua: READ });
    this.#redis = redis as Scripted;
    this.#scrubber = scrubber;
    this.#connect = connect;
    this.#now = now;
  }

  async raise(given: Alarm): Promise<void> {
    const alarm = this.#clean(given);
    await this.change((groups) => {
      // Of an alarm that has another cause now, the old one is over.
      const elsewhere = [...groups.values()].filter(
        ({ cause, members }) => cause !== alarm.cause && isRaised(members[alarm.key]),
      );
      const cause = groups.has(alarm.cause) || groups.size < MOST_GROUPS ? alarm.cause : OVERFLOW;
      const moved = elsewhere
        .filter((group) => group.cause !== cause)
        .map((group): [string, Group] => [group.cause, cleared(group, alarm.key, this.#now())]);
      return [...moved, [cause, raised(groups.get(cause), { ...alarm, cause }, this.#now(), newId())]];
    });
  }

  async clear(name: string): Promise<void> {
    await this.change((groups) =>
      [...groups.values()].map((group) => [group.cause, cleared(group, name, this.#now())]),
    );
  }

  /** Hears what other processes change, until it is stopped. Nothing is lost without: whoever tells looks now and then. */
  heed(): { stop(): void } {
    const listener = this.#connect?.();
    listener?.on('message', () => this.onChange());
    listener?.subscribe(CHANNEL).catch(() => {});
    return { stop: () => listener?.disconnect() };
  }

  /** All groups, the oldest first; also those that were over a short while ago. */
  async all(): Promise<Group[]> {
    return [...(await this.#read()).values()].sort((a, b) => begun(a) - begun(b));
  }

  /** The keys of all alarms that are raised and not cleared. */
  async raised(): Promise<Set<string>> {
    const members = [...(await this.#read()).values()].flatMap(membersOf);
    return new Set(members.filter(isOpen).map((member) => member.key));
  }

  /** The group of an id, as it is now. Rejects with `alert.unknown`. */
  async get(id: string): Promise<Group> {
    return found(await this.#read(), id);
  }

  /** Notes that somebody looks after it. The same line again changes nothing; rejects with `alert.unknown`, `alert.over` and `alert.acknowledged`. */
  acknowledge(id: string, by: string, line: string): Promise<Group> {
    return this.#hand(id, (group) => {
      if (group.acknowledged?.line === line) return group;
      if (group.acknowledged) throw new MusterError('alert.acknowledged', { id, by: group.acknowledged.by });
      return { ...group, acknowledged: { by, at: this.#now(), line } };
    });
  }

  /** Says no more of it for a while. The same line again changes nothing; rejects with `alert.unknown` and `alert.over`. */
  snooze(id: string, by: string, line: string, ms: number): Promise<Group> {
    const at = this.#now();
    return this.#hand(id, (group) => {
      if (group.snoozed?.line === line) return group;
      const severity = worst(openOf(membersOf(group)));
      return { ...group, snoozed: { by, at, line, until: at + ms, severity } };
    });
  }

  /** Forgets what has been well for long, except what `keep` wants. */
  async prune(keep: (group: Group) => boolean): Promise<void> {
    const old = (group: Group) => isForgotten(group, this.#now()) && !keep(group);
    if (![...(await this.#read()).values()].some(old)) return;
    await this.change((groups) => [...groups.values()].filter(old).map(({ cause }) => [cause, undefined]));
  }

  /** Changes groups, all or none, with every other change seen; `change` may be called several times, and its error rejects. */
  change(change: Change): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ change, done, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async #hand(id: string, change: (group: Group) => Group): Promise<Group> {
    let changed: Group | undefined;
    await this.change((groups) => {
      const group = found(groups, id);
      if (!membersOf(group).some(isOpen)) throw new MusterError('alert.over', { id });
      changed = change(group);
      return [[group.cause, changed]];
    });
    return changed as Group;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Lets changes of the same turn share a round trip.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        const changed = await this.#apply(batch);
        for (const { done } of batch) done();
        if (changed) this.onChange();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  /** Writes what a batch changes; says whether that was anything. A change that throws is taken out of the batch. */
  async #apply(batch: Pending[]): Promise<boolean> {
    for (;;) {
      const before = await this.#read();
      const after = new Map(before);
      for (const one of [...batch]) {
        try {
          for (const [cause, group] of one.change(after)) {
            if (group) after.set(cause, group);
            else after.delete(cause);
          }
        } catch (error) {
          batch.splice(batch.indexOf(one), 1);
          one.failed(error);
        }
      }
      const causes = new Set([...before.keys(), ...after.keys()]);
      const changed = [...causes].filter((cause) => before.get(cause) !== after.get(cause));
      if (changed.length === 0) return false;
      const texts = changed.flatMap((cause) => [cause, textOf(after.get(cause))]);
      const version = await this.#redis.musterAlertsWrite(GROUPS, VERSION, this.#version, CHANNEL, ...texts);
      if (version === 0) continue;
      this.#version = String(version);
      this.#groups = after;
      return true;
    }
  }

  async #read(): Promise<Groups> {
    const [version, texts] = await this.#redis.musterAlertsRead(GROUPS, VERSION, this.#version);
    if (texts) {
      const groups = texts.map((text) => JSON.parse(text) as Group);
      this.#groups = new Map(groups.map((group) => [group.cause, group]));
      this.#version = version;
    }
    return this.#groups;
  }

  /** Without secrets, without what is not printed, and no longer than people read. */
  #clean(alarm: Alarm): Alarm {
    const text = (words: string) => printable(this.#scrubber.text(words)).slice(0, MAX_TEXT);
    const entries = Object.entries(alarm).filter(([, value]) => value !== undefined);
    const clean = entries.map(([name, value]) => [name, typeof value === 'string' ? text(value) : value]);
    const { lines, buttons, chart } = alarm;
    return {
      ...(Object.fromEntries(clean) as Alarm),
      ...(lines && { lines: lines.slice(0, MAX_LINES).map(text) }),
      ...(buttons && {
        buttons: buttons
          .slice(0, MAX_BUTTONS)
          .map(({ label, line }) => ({ label: text(label), line: text(line) })),
      }),
      ...(chart && { chart: chart.slice(-MAX_FIGURES).map((value) => Math.round(value)) }),
    };
  }
}

const isRaised = (member: Group['members'][string] | undefined): boolean =>
  member !== undefined && isOpen(member);

const textOf = (group: Group | undefined): string => (group ? JSON.stringify(group) : '');

const begun = (group: Group): number => Math.min(...membersOf(group).map(({ since }) => since));

function found(groups: Groups, id: string): Group {
  const all = [...groups.values()];
  const group = all.find((one) => one.id === id);
  if (group) return group;
  const near = suggest(
    id,
    all.map((one) => one.id),
  );
  throw new MusterError('alert.unknown', { id, near });
}

const LETTERS = 'abcdefghjkmnpqrstuvwxyz023456789';

function newId(): string {
  const bytes = randomBytes(6);
  return `a-${Array.from(bytes, (byte) => LETTERS[byte % 32]).join('')}`;
}
