/**
 * How healthy things were, and how their checks stood. Kept in a folder as one file, and what changed since that was written line by
 * line beside it, so that `kill -9` loses nothing that was told.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kept as KeptCheck } from './monitor.ts';
import { type Change, type KeptPast, Past } from './past.ts';
import type { Health } from './pulse.ts';

/** Things that are remembered; of the others only how they are now is known. */
const MOST = 2_000;
/** Checks whose standing is kept. */
const MOST_CHECKS = 10_000;
/** For how long a check that was kept counts at least, and at most where it would for ever, ms. */
const LEAST_LEFT_MS = 60_000;
const MOST_LEFT_MS = 120_000;

interface Kept {
  journal: number;
  /** When it was written, ms since the epoch, and how each check stood then, by component and check. */
  at?: number;
  checks?: Record<string, Record<string, KeptCheck>>;
  things: Record<string, KeptPast>;
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
    for (const [id, thing] of Object.entries(kept?.things ?? {})) history.#of(id)?.take(thing);
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
    past.note(this.#wall(), state, percent, elapsed);
    this.#dirty = true;
  }

  /** Notes that something is otherwise now; on disk once `save` or `flush` has resolved. */
  changed(id: string, from: Health, to: Health, why?: string): void {
    const past = this.#of(id);
    if (!past) return;
    const change: Change = { at: this.#wall(), from, to, ...(why !== undefined && { why }) };
    past.changed(change);
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
  chart(id: string, count?: number): (number | undefined)[] {
    return (this.#things.get(id) ?? new Past()).chart(this.#wall(), count);
  }

  /** The last changes, oldest first. */
  changes(id: string): readonly Change[] {
    return this.#things.get(id)?.changes ?? [];
  }

  /** The share of the last days in which it was up, 0 to 1, of the time that it was watched; undefined where it was not. */
  uptime(id: string, days: number): { share: number; watched: number } | undefined {
    return this.#things.get(id)?.uptime(this.#wall(), days);
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
        things: Object.fromEntries([...this.#things].map(([id, past]) => [id, past.kept()])),
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
    const past = new Past();
    this.#things.set(id, past);
    return past;
  }

  #replay(entry: Line | undefined): void {
    if (entry === undefined || typeof entry.id !== 'string' || typeof entry.at !== 'number') return;
    if ('check' in entry) {
      this.#hold(entry.id, entry.check, entry.kept, entry.at);
      return;
    }
    const { id, ...change } = entry;
    this.#of(id)?.changed(change);
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
