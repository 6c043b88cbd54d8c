/** The health hub: what is observed goes in; alarms, how healthy everything is as a whole, and how it was come out. */
import type { Alarms } from '../../alarm.ts';
import type { Caller, HubReport } from '../../hub.ts';
import type { Log } from '../../log.ts';
import { Alerting, type Context } from './alerting.ts';
import { History } from './history.ts';
import { Monitor, type Observation } from './monitor.ts';
import { CLOUD, hostBelow, subjectOf } from './names.ts';
import type { Change } from './past.ts';
import { Publishing } from './publishing.ts';
import type { Health } from './pulse.ts';
import { observationsOf } from './report.ts';
import { type Environments, type Maintenance, type Rolled, rollUp } from './rollup.ts';
import { type Standing, textOf } from './standing.ts';
import { inWords } from './words.ts';

export interface HealthParts {
  /** Where it keeps how things were. */
  folder: string;
  alarms: Alarms;
  maintained: Maintenance;
  /** The environments there are now; none by default. */
  environments?(): Environments;
  /** What is told with an alarm: what can be done about it, and what changed before. */
  buttons(id: string): Context['buttons'];
  context(id: string): Promise<Context>;
  /** Takes how something is now; undefined where it is not there any more. */
  publish(subject: string, standing: Standing | undefined): Promise<void>;
  /** Takes secrets out of what was seen. */
  clean?(text: string): string;
  log: Log;
  now?: () => number;
  wall?: () => number;
}

const TICK_MS = 1_000;
/** How often how things are is noted, told anew though nothing changed, and written as a whole, in ticks. */
const NOTE = 5;
const SAVE = 60;
/** How soon after a change it is told how everything is, ms; and of how many things at once, so that nobody waits for all of them. */
const SOON_MS = 200;
const AT_ONCE = 100;
/** Of so many things the course is told each time that it is noted; where there are more, they take turns. */
const COURSES = 400;
const CHART = 24;
const COURSE = 48;
const UPTIME_DAYS = 30;
const MOST_CHANGES = 10;

export class HealthHub {
  readonly monitor: Monitor;
  readonly #parts: HealthParts;
  readonly #alerting: Alerting;
  readonly #history: History;
  readonly #now: () => number;
  readonly #wall: () => number;
  /** How each was when that was told last. */
  readonly #shown = new Map<string, { state: Health; since: number; rolled: string; text: string }>();
  /** Whose course is told anew, though nothing else changed. */
  readonly #whole = new Set<string>();
  /** Of whom something was known since this was opened. */
  readonly #known = new Set<string>();
  readonly #dirty = new Set<string>();
  /** What is to be noted of each, for how many ms it was watched. */
  readonly #due = new Map<string, number>();
  #soon: NodeJS.Timeout | undefined;
  #rest: NodeJS.Immediate | undefined;
  readonly #publishing: Publishing;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #noted: number;

  private constructor(parts: HealthParts, history: History) {
    this.#parts = parts;
    this.#history = history;
    this.#now = parts.now ?? (() => performance.now());
    this.#wall = parts.wall ?? Date.now;
    this.#noted = this.#now();
    this.monitor = new Monitor({ now: this.#now, wall: this.#wall });
    const { alarms, maintained, buttons, context, log } = parts;
    this.#publishing = new Publishing({
      publish: parts.publish,
      failed: (subject) => {
        this.#dirty.add(subject);
        const shown = this.#shown.get(subject);
        if (shown) shown.text = '';
      },
      log,
    });
    this.#alerting = new Alerting({
      monitor: this.monitor,
      alarms,
      maintained,
      beside: (id) => ({
        lines: this.monitor.get(id)?.lines ?? [],
        chart: this.#chart(subjectOf(id), COURSE),
        buttons: buttons(id),
      }),
      context,
      log,
      now: this.#now,
    });
    this.monitor.resume(history.checks());
    this.monitor.onCheck = (id, check, kept) => history.stands(id, check, kept);
    this.monitor.onChange = (id, from, to) => this.#changed(id, from, to);
  }

  /** Opens the hub with what it remembers. */
  static async open(parts: HealthParts): Promise<HealthHub> {
    return new HealthHub(parts, await History.open(parts.folder, parts.wall));
  }

  /** Takes over the alarms of an earlier hub, by key, and lets time pass from now on. */
  start(raised: Iterable<string>): void {
    this.#alerting.adopt(raised);
    // As it was before, until something else is known.
    for (const subject of this.#subjects()) this.#dirty.add(subject);
    this.#soon ??= setTimeout(() => this.#tell(), SOON_MS);
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  observe(...seen: readonly Observation[]): void {
    const { clean = (text: string) => text } = this.#parts;
    for (const { detail, lines, ...one } of seen)
      this.monitor.observe({
        ...one,
        ...(detail !== undefined && { detail: clean(detail) }),
        ...(lines !== undefined && { lines: lines.map(clean) }),
      });
  }

  /** Takes what a container says of itself. */
  report(caller: Caller, report: HubReport): void {
    this.observe(...observationsOf(caller, report));
  }

  /** Looks at what only time changes. */
  tick(): void {
    this.#ticks += 1;
    const { maintained } = this.#parts;
    // Asked once of each, as much belongs to one.
    const known = new Map<string, boolean>();
    this.monitor.tick((subject) => {
      const is = known.get(subject) ?? maintained(subject) !== undefined;
      known.set(subject, is);
      return is;
    });
    this.#alerting.tick();
    if (this.#ticks % NOTE === 0) this.#note();
    if (this.#ticks % SAVE === 0) this.#keep(this.#history.save());
  }

  /** How something is as a whole. */
  standing(subject: string, rolled = this.#rollUp(subject)): Standing {
    const uptime = this.#history.uptime(subject, UPTIME_DAYS);
    const [worst] = rolled.reasons;
    return {
      ...rolled,
      since: this.#shown.get(subject)?.since ?? this.#wall(),
      chart: this.#chart(subject, CHART),
      changes: this.#history.changes(subject).slice(-MOST_CHANGES),
      ...(uptime && { uptime: { days: UPTIME_DAYS, ...uptime } }),
      lines: [...(worst ? (this.monitor.get(worst.component)?.lines ?? []) : [])],
    };
  }

  /** How all of a kind is that is known, like `app/`, by subject. */
  standings(kind: string): Map<string, Standing> {
    const subjects = this.monitor.subjects().filter((subject) => subject.startsWith(kind));
    return new Map(subjects.map((subject) => [subject, this.standing(subject)]));
  }

  /** Resolves once all that was seen so far is told and kept. */
  async settled(): Promise<void> {
    await this.#alerting.settled();
    do this.#tell();
    while (this.#dirty.size > 0);
    await this.#publishing.told();
    await this.#history.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    clearImmediate(this.#rest);
    this.#alerting.stop();
    await this.#publishing.told();
    await this.#history.save();
  }

  #environments(): Environments {
    return this.#parts.environments?.() ?? new Map();
  }

  /** All there are now. */
  #subjects(): string[] {
    return [CLOUD, ...this.#environments().keys(), ...this.monitor.subjects()];
  }

  #rollUp(subject: string): Rolled {
    return rollUp(this.monitor, subject, this.#parts.maintained, this.#environments());
  }

  #chart(subject: string, count: number): number[] {
    return this.#history.chart(subject, count).map((value) => value ?? -1);
  }

  #changed(id: string, _from: Health, _to: Health): void {
    this.#alerting.changed(id);
    for (const subject of [subjectOf(id), hostBelow(id), ...this.#environments().keys(), CLOUD])
      if (subject) this.#dirty.add(subject);
    this.#soon ??= setTimeout(() => this.#tell(), SOON_MS);
  }

  /** Tells how some of what changed is now, and notes it; of the rest a moment later. */
  #tell(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    const subjects = [...this.#dirty].slice(0, AT_ONCE);
    for (const subject of subjects) this.#dirty.delete(subject);
    clearImmediate(this.#rest);
    this.#rest = this.#dirty.size > 0 ? setImmediate(() => this.#tell()) : undefined;
    const known = new Set(this.#subjects());
    for (const subject of subjects) {
      const before = this.#shown.get(subject);
      if (!known.has(subject)) {
        this.#shown.delete(subject);
        this.#due.delete(subject);
        this.#known.delete(subject);
        this.#whole.delete(subject);
        // Also where only the hub before this one told of it.
        this.#publishing.put(subject, undefined);
        continue;
      }
      const rolled = this.#rollUp(subject);
      const { state, percent, maintenance } = rolled;
      const watched = this.#due.get(subject);
      this.#due.delete(subject);
      // What is planned counts neither for nor against it.
      if (watched !== undefined && maintenance === undefined)
        this.#history.note(subject, state, percent, watched);
      else if (watched !== undefined) this.#history.note(subject, 'unknown', undefined, watched);
      const past = this.#pastOf(subject, rolled.state);
      const from = past?.to ?? before?.state ?? 'unknown';
      if (from !== rolled.state) {
        const [reason] = rolled.reasons;
        this.#history.changed(subject, from, rolled.state, reason ? inWords(reason) : rolled.maintenance);
      }
      const since = (from === rolled.state ? (past?.at ?? before?.since) : undefined) ?? this.#wall();
      const brief = JSON.stringify(rolled);
      if (!this.#whole.delete(subject) && before?.rolled === brief && before.text !== '') continue;
      this.#shown.set(subject, { state: rolled.state, since, rolled: brief, text: '' });
      const standing = this.standing(subject, rolled);
      const text = textOf(standing);
      this.#shown.set(subject, { state: rolled.state, since, rolled: brief, text });
      if (before?.text !== text) this.#publishing.put(subject, standing);
    }
    this.#keep(this.#history.flush());
  }

  /** Notes how everything was, for as long as it was watched: no longer than there were ticks. */
  #note(): void {
    const now = this.#now();
    const elapsed = Math.min(now - this.#noted, 2 * NOTE * TICK_MS);
    this.#noted = now;
    const subjects = this.#subjects();
    const turns = Math.ceil(subjects.length / COURSES);
    const turn = Math.round(this.#ticks / NOTE) % turns;
    for (const [index, subject] of subjects.entries()) {
      if (index % turns === turn) this.#whole.add(subject);
      this.#due.set(subject, (this.#due.get(subject) ?? 0) + elapsed);
      this.#dirty.add(subject);
    }
    for (const subject of this.#shown.keys()) this.#dirty.add(subject);
    this.#soon ??= setTimeout(() => this.#tell(), SOON_MS);
  }

  /** How it became as it was before this was opened, for when something is known of it for the first time. */
  #pastOf(subject: string, state: Health): Change | undefined {
    if (state === 'unknown' || this.#known.has(subject)) return undefined;
    this.#known.add(subject);
    return this.#history.changes(subject).at(-1);
  }

  #keep(kept: Promise<void>): void {
    kept.catch((err) => this.#parts.log.error({ err }, 'how things were could not be kept'));
  }
}
