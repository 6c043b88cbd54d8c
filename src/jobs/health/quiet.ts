/** When nothing is told of something: by what people said, by what is planned, and while it is worked on. */
import picomatch from 'picomatch';
import type { Config } from '../../config/config.ts';
import { cronClock } from '../../cron.ts';
import { messages } from '../../messages/messages.ts';
import { humanTime } from '../../units.ts';
import type { Runs } from '../runs.ts';
import type { HealthRecord, Quiet } from './record.ts';

/** How long what was read counts, ms. */
const COUNTS_MS = 200;
/** How long after a job what it touched may take to settle, ms. */
const SETTLE_MS = 3_000;

export interface QuietTimesParts {
  record: Pick<HealthRecord, 'quiet'>;
  runs: Pick<Runs, 'open'>;
  config(): Pick<Config, 'maintenance'>;
  wall?: () => number;
  now?: () => number;
}

/** A planned while that is now; `until` in ms since the epoch. */
interface Window {
  isOn(subject: string): boolean;
  until: number;
  why: string;
}

export class QuietTimes {
  readonly #parts: QuietTimesParts;
  readonly #wall: () => number;
  readonly #now: () => number;
  #said: Record<string, Quiet> = {};
  /** What is worked on, by whom, and until when that counts by the clock that only goes forward. */
  readonly #worked = new Map<string, { run: string; until: number }>();
  #windows: { of: Config['maintenance']; second: number; now: Window[] } | undefined;
  #read = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(parts: QuietTimesParts) {
    this.#parts = parts;
    this.#wall = parts.wall ?? Date.now;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Reads what was said and what is worked on, unless that was read just now. */
  refresh(): Promise<void> {
    if (this.#now() - this.#read < COUNTS_MS) return Promise.resolve();
    this.#reading ??= this.#look().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** Why a subject is quiet now; undefined where it is not. */
  of(subject: string): string | undefined {
    const worked = this.#worked.get(subject);
    if (worked && worked.until > this.#now()) return messages().health.working({ run: worked.run });
    const said = this.#said[subject] ?? this.#said.cloud;
    if (said && said.until > this.#wall()) return wordsOf(subject, said.until, said.why);
    const window = this.#planned().find(({ isOn }) => isOn(subject));
    return window && wordsOf(subject, window.until, window.why);
  }

  /** What is planned for now: asked of each thing that is watched, and found out once a second. */
  #planned(): readonly Window[] {
    const { maintenance } = this.#parts.config();
    const wall = this.#wall();
    const second = Math.floor(wall / 1_000);
    if (this.#windows?.of !== maintenance || this.#windows.second !== second) {
      const now = Object.values(maintenance).flatMap(({ on, at, zone, lasts, why }): Window[] => {
        const begun = cronClock(at, zone)(wall - lasts);
        return begun !== undefined && begun <= wall
          ? [{ isOn: picomatch([...on]), until: begun + lasts, why }]
          : [];
      });
      this.#windows = { of: maintenance, second, now };
    }
    return this.#windows.now;
  }

  async #look(): Promise<void> {
    const [said, open] = await Promise.all([this.#parts.record.quiet(this.#wall()), this.#parts.runs.open()]);
    this.#said = said;
    this.#read = this.#now();
    for (const [subject, { until }] of this.#worked) if (until < this.#now()) this.#worked.delete(subject);
    for (const run of open)
      for (const lock of run.status === 'waiting' ? [] : run.plan.locks)
        if (/^(?:app|host)\//.test(lock))
          this.#worked.set(lock, { run: run.id, until: this.#now() + SETTLE_MS });
  }
}

const wordsOf = (subject: string, until: number, why: string): string =>
  messages().health.maintained({ what: subject, until: humanTime(new Date(until).toISOString()), why });
