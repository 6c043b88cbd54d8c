/**
 * How healthy things were: of each, a day in slots of five minutes, three months in days, and its last changes. Kept in a folder as one
 * file, and what changed since that was written line by line beside it, so that `kill -9` loses nothing that was told.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept as KeptCheck } from './monitor.ts';
import type { Health } from './pulse.ts';

export const SLOT_MS = 300_000;
const SLOTS = 288;
const DAY_MS = 86_400_000;
const DAYS = 92;
const CHANGES = 50;
/** Things that are remembered; of the others only how they are now is known. */
const MOST = 2_000;
const UNKNOWN = 255;
/** Checks whose standing is kept. */
const MOST_CHECKS = 10_000;
/** For how long a check that was kept counts at least, and at most where it would for ever, ms. */
const LEAST_LEFT_MS = 60_000;
const MOST_LEFT_MS = 120_000;

/** When something became otherwise, ms since the epoch, and why. */
export interface Change {
  at: number;
  from: Health;
  to: Health;
  why?: string;
}

/** A day, in days since the epoch, and how many seconds it was up (healthy or degraded), wholly healthy, and down. */
interface Day {
  day: number;
  up: number;
  healthy: number;
  down: number;
}

interface Past {
  /** The slot written last, in slots since the epoch; the ring ends there. */
  slot: number;
  ring: Uint8Array;
  days: Day[];
  changes: Change[];
}

interface Kept {
  journal: number;
  /** When it was written, ms since the epoch, and how each check stood then, by component and check. */
  at?: number;
  checks?: Record<string, Record<string, KeptCheck>>;
  things: Record<
    string,
    { slot: number; ring: string; days: [number, number, number, number][]; changes: Change[] }
  >;
}

/** A line of the journal: how something became otherwise, or how a check of something stands. */
type Line = (Change & { id: string }) | { id: string; check: string; at: number; kept?: KeptCheck };

const FILE = 'history.json';
const journalName = (number: number): string => `changes-${number}.ndjson`;

export class History {
  readonly #folder: string;
  readonly #wall: () => number;
  readonly #things = new Map<string, Past>();
  readonly #checks = new Map<string, { id: string; check: string; kept: KeptCheck; at: number }>();
  #journal = 0;
  #lines: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #dirty = false;

  private constructor(folder: string, wall: () => number) {
    this.#folder = folder;
    this.#wall = wall;
  }

  /** Opens what is kept in a folder, and makes that; what cannot be read of it is left out. */
  static async open(folder: string, wall: () => number = Date.now): Promise<History> {
    const history = new History(folder, wall);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const text = await readFile(join(folder, FILE), 'utf8').catch(() => '');
    const kept = parse<Kept>(text);
    for (const [id, thing] of Object.entries(kept?.things ?? {})) history.#take(id, thing);
    for (const [id, checks] of Object.entries(kept?.checks ?? {}))
      for (const [check, one] of Object.entries(checks)) history.#hold(id, check, one, kept?.at ?? 0);
    const journals = (await readdir(folder))
      .flatMap((name) => /^changes-(\d+)\.ndjson$/.exec(name)?.[1] ?? [])
      .map(Number)
      .filter((number) => number >= (kept?.journal ?? 0))
      .sort((a, b) => a - b);
    for (const number of journals) {
      const lines = (await readFile(join(folder, journalName(number)), 'utf8')).split('\n');
      for (const line of lines) history.#replay(parse<Line>(line));
    }
    history.#journal = (journals.at(-1) ?? kept?.journal ?? 0) + 1;
    history.#dirty = true;
    await history.save();
    return history;
  }

  /** Notes how something is now; `elapsed` ms of it were watched since it was noted last. */
  note(id: string, state: Health, percent: number | undefined, elapsed: number): void {
    const past = this.#of(id);
    if (!past) return;
    const now = this.#wall();
    const value = percent === undefined ? UNKNOWN : Math.max(0, Math.min(100, Math.round(percent)));
    const at = this.#placeOf(past, Math.floor(now / SLOT_MS));
    const last = past.ring[at] as number;
    // Of a slot the worst is kept: a short failure shows.
    past.ring[at] = last === UNKNOWN ? value : value === UNKNOWN ? last : Math.min(last, value);
    if (state !== 'unknown') {
      const day = dayOf(past, Math.floor(now / DAY_MS));
      if (state === 'unhealthy') day.down += elapsed / 1_000;
      else day.up += elapsed / 1_000;
      if (state === 'healthy') day.healthy += elapsed / 1_000;
    }
    this.#dirty = true;
  }

  /** Notes that something is otherwise now; on disk once `save` or `flush` has resolved. */
  changed(id: string, from: Health, to: Health, why?: string): void {
    const past = this.#of(id);
    if (!past) return;
    const change: Change = { at: this.#wall(), from, to, ...(why !== undefined && { why }) };
    remember(past, change);
    this.#lines.push(JSON.stringify({ id, ...change }));
  }

  /** Notes how a check stands from now on; undefined where it is not known any more. On disk as `changed` is. */
  stands(id: string, check: string, kept: KeptCheck | undefined): void {
    const at = this.#wall();
    this.#hold(id, check, kept, at);
    this.#lines.push(JSON.stringify({ id, check, at, kept }));
    this.#dirty = true;
  }

  /** How each check stood when this was opened, and for how many ms that counts. */
  *checks(): Generator<{ id: string; check: string; left: number } & KeptCheck> {
    for (const { id, check, kept, at } of this.#checks.values()) {
      const left = (kept.ttl ?? MOST_LEFT_MS) - Math.max(0, this.#wall() - at);
      yield { id, check, ...kept, left: Math.max(LEAST_LEFT_MS, left) };
    }
  }

  /** The last day, 0 to 100 a slot, oldest first, as so many values; `undefined` where nothing was known. */
  chart(id: string, count = SLOTS): (number | undefined)[] {
    const past = this.#things.get(id);
    const slots = new Uint8Array(SLOTS).fill(UNKNOWN);
    if (past) {
      const behind = Math.floor(this.#wall() / SLOT_MS) - past.slot;
      if (behind >= 0 && behind < SLOTS) slots.set(past.ring.subarray(behind));
      else if (behind < 0 && -behind < SLOTS) slots.set(past.ring.subarray(0, SLOTS + behind), -behind);
    }
    const width = SLOTS / count;
    return Array.from({ length: count }, (_, index) => {
      const some = slots.subarray(
        Math.floor(index * width),
        Math.max(Math.floor(index * width) + 1, Math.floor((index + 1) * width)),
      );
      const known = some.filter((value) => value !== UNKNOWN);
      return known.length === 0 ? undefined : Math.min(...known);
    });
  }

  /** The last changes, oldest first. */
  changes(id: string): readonly Change[] {
    return this.#things.get(id)?.changes ?? [];
  }

  /** The share of the last days in which it was up, 0 to 1, of the time that it was watched; undefined where it was not. */
  uptime(id: string, days: number): { share: number; watched: number } | undefined {
    const today = Math.floor(this.#wall() / DAY_MS);
    const some = this.#things.get(id)?.days.filter(({ day }) => day > today - days && day <= today) ?? [];
    const up = some.reduce((sum, day) => sum + day.up, 0);
    const watched = up + some.reduce((sum, day) => sum + day.down, 0);
    return watched > 0 ? { share: up / watched, watched: watched * 1_000 } : undefined;
  }

  /** Puts on disk what changed since the last time. */
  flush(): Promise<void> {
    return this.#next(async () => {
      const lines = this.#lines.splice(0);
      if (lines.length === 0) return;
      const file = await open(join(this.#folder, journalName(this.#journal)), 'a', 0o600);
      try {
        await file.write(`${lines.join('\n')}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
    });
  }

  /** Writes all of it anew, in one move, and begins a new journal. */
  async save(): Promise<void> {
    await this.flush();
    return this.#next(async () => {
      if (!this.#dirty) return;
      this.#dirty = false;
      const before = this.#journal;
      const kept: Kept = {
        journal: before + 1,
        at: this.#wall(),
        checks: this.#checksNow(),
        things: Object.fromEntries([...this.#things].map(([id, past]) => [id, keptOf(past)])),
      };
      const path = join(this.#folder, FILE);
      const file = await open(`${path}.new`, 'w', 0o600);
      try {
        await file.writeFile(JSON.stringify(kept));
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(`${path}.new`, path);
      this.#journal = before + 1;
      for (const name of await readdir(this.#folder)) {
        const number = /^changes-(\d+)\.ndjson$/.exec(name)?.[1];
        if (number !== undefined && Number(number) <= before)
          await rm(join(this.#folder, name), { force: true });
      }
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const next = this.#writing.then(work);
    this.#writing = next.catch(() => {});
    return next;
  }

  #checksNow(): NonNullable<Kept['checks']> {
    const all: NonNullable<Kept['checks']> = {};
    for (const { id, check, kept } of this.#checks.values()) {
      all[id] ??= {};
      all[id][check] = kept;
    }
    return all;
  }

  #hold(id: string, check: string, kept: KeptCheck | undefined, at: number): void {
    const name = `${id}\n${check}`;
    if (kept === undefined) this.#checks.delete(name);
    else if (this.#checks.has(name) || this.#checks.size < MOST_CHECKS)
      this.#checks.set(name, { id, check, kept, at });
  }

  #of(id: string): Past | undefined {
    const known = this.#things.get(id);
    if (known || this.#things.size >= MOST) return known;
    const past: Past = { slot: 0, ring: new Uint8Array(SLOTS).fill(UNKNOWN), days: [], changes: [] };
    this.#things.set(id, past);
    return past;
  }

  /** Where a slot is in the ring, which moves on for it. A clock that was put back by more than a day begins it anew. */
  #placeOf(past: Past, slot: number): number {
    const by = slot - past.slot;
    if (by <= 0 && by > -SLOTS) return SLOTS - 1 + by;
    if (by > 0 && by < SLOTS) past.ring.copyWithin(0, by);
    past.ring.fill(UNKNOWN, Math.max(0, SLOTS - Math.abs(by)));
    past.slot = slot;
    return SLOTS - 1;
  }

  #take(id: string, { slot, ring, days, changes }: Kept['things'][string]): void {
    const past = this.#of(id);
    const bytes = Buffer.from(ring, 'base64');
    if (!past || bytes.length !== SLOTS) return;
    past.slot = slot;
    past.ring.set(bytes);
    past.days = days.map(([day, up, healthy, down]) => ({ day, up, healthy, down }));
    past.changes = changes;
  }

  #replay(entry: Line | undefined): void {
    if (entry === undefined || typeof entry.id !== 'string' || typeof entry.at !== 'number') return;
    if ('check' in entry) {
      this.#hold(entry.id, entry.check, entry.kept, entry.at);
      return;
    }
    const { id, ...change } = entry;
    const past = this.#of(id);
    if (past) remember(past, change);
  }
}

function remember(past: Past, change: Change): void {
  past.changes.push(change);
  if (past.changes.length > CHANGES) past.changes.shift();
}

/** A day of something, in its place: after a clock was wrong, days are there that have not come yet. */
function dayOf(past: Past, number: number): Day {
  const { days } = past;
  let after = days.length;
  while (after > 0 && (days[after - 1] as Day).day > number) after -= 1;
  const known = days[after - 1];
  if (known?.day === number) return known;
  const day: Day = { day: number, up: 0, healthy: 0, down: 0 };
  days.splice(after, 0, day);
  if (days.length > DAYS) days.shift();
  return day;
}

const keptOf = ({ slot, ring, days, changes }: Past): Kept['things'][string] => ({
  slot,
  ring: Buffer.from(ring).toString('base64'),
  days: days.map(({ day, up, healthy, down }) => [
    day,
    Math.round(up),
    Math.round(healthy),
    Math.round(down),
  ]),
  changes,
});

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
