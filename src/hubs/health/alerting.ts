/** Turns what changes into alarms: at once, one at a time for each component, and never in the way of whoever watches. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alarm, Alarms } from '../../alarm.ts';
import type { Log } from '../../log.ts';
import type { Monitor } from './monitor.ts';
import { serviceOf, subjectOf } from './names.ts';
import { alarmKey, type Problem, problemOf } from './problem.ts';
import type { Maintenance } from './rollup.ts';

/** What is told with an alarm beside what is wrong. */
export interface Context {
  /** The last lines it printed, oldest first. */
  lines?: readonly string[];
  /** What changed lately, the likeliest cause first, in words. */
  changes?: readonly string[];
  /** How healthy it was, 0 to 100, oldest first. */
  chart?: readonly number[];
  buttons?: Alarm['buttons'];
}

/** How long an alarm waits for what is told with it, ms; what comes later is told as well. */
const PATIENCE_MS = 80;
/** How often it is tried again to raise or clear an alarm, ms. */
const AGAIN_MS = 1_000;
/** How long alarms of a hub before this one stay, of components that nobody speaks of any more, ms. */
const ADOPTED_MS = 120_000;
const MOST_LINES = 5;
const MOST_CHANGES = 2;

export interface AlertingParts {
  monitor: Monitor;
  alarms: Alarms;
  maintained: Maintenance;
  /** What is known of it at once, and what has to be looked for. */
  beside(id: string): Context;
  context(id: string): Promise<Context>;
  log: Log;
  now?: () => number;
  patience?: number;
}

export class Alerting {
  readonly #parts: AlertingParts;
  readonly #now: () => number;
  /** What each component's alarm is to be; undefined to clear it. */
  readonly #wanted = new Map<string, Problem | undefined>();
  /** What is raised, as far as is known here, by component. */
  readonly #raised = new Map<string, string>();
  readonly #adopted = new Map<string, number>();
  readonly #busy = new Map<string, Promise<void>>();
  readonly #beside = new Set<string>();
  /** The services that have one that is well, as far as was looked. */
  readonly #served = new Set<string>();
  #later: NodeJS.Immediate | undefined;
  readonly #stop = new AbortController();

  constructor(parts: AlertingParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Takes over alarms that an earlier hub raised, by key: what is well by now is cleared. */
  adopt(keys: Iterable<string>): void {
    for (const name of keys)
      if (name.startsWith('health/')) this.#adopted.set(name.slice('health/'.length), this.#now());
  }

  /** Looks at a component that changed, and a little later, once for all that change at once, at what it matters to. */
  changed(id: string): void {
    this.look(id);
    if (!this.#matters(id)) return;
    this.#beside.add(subjectOf(id));
    this.#later ??= setImmediate(() => {
      this.#later = undefined;
      const subjects = [...this.#beside];
      this.#beside.clear();
      for (const subject of subjects)
        for (const { id: other } of this.#parts.monitor.all(subject)) this.look(other);
    });
  }

  /** A service on a host matters to the others only where it was the last that was well, or is the first that is again. */
  #matters(id: string): boolean {
    const { app, service } = serviceOf(id) ?? {};
    if (app === undefined) return true;
    const name = `${app}/${service}`;
    const isServed = this.#parts.monitor.isServed(id);
    if (isServed === this.#served.has(name)) return false;
    if (isServed) this.#served.add(name);
    else this.#served.delete(name);
    return true;
  }

  /** Looks at everything that is, or was, wrong: maintenance may have begun or ended. */
  tick(): void {
    for (const id of new Set([...this.#parts.monitor.ill(), ...this.#raised.keys()])) this.look(id);
    for (const [id, since] of this.#adopted) {
      const component = this.#parts.monitor.get(id);
      const isKnown = component !== undefined && component.state !== 'unknown';
      // As it stood before: soon it is heard of, or not there.
      if (isKnown && !component.heard) continue;
      if (!isKnown && this.#now() - since < ADOPTED_MS) continue;
      this.#adopted.delete(id);
      if (!this.#raised.has(id)) this.#want(id, undefined);
    }
  }

  look(id: string): void {
    const { monitor, maintained } = this.#parts;
    const component = monitor.get(id);
    // What was told of it before a restart still stands, with its last lines.
    if (component && !component.heard) return;
    const problem = component && problemOf(monitor, component, maintained);
    if (this.#raised.get(id) === problem?.mark) return;
    if (problem) this.#raised.set(id, problem.mark);
    else this.#raised.delete(id);
    this.#want(id, problem);
  }

  /** Waits until everything is told. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  stop(): void {
    this.#stop.abort();
    clearImmediate(this.#later);
  }

  #want(id: string, problem: Problem | undefined): void {
    this.#wanted.set(id, problem);
    if (this.#busy.has(id)) return;
    const work = this.#tell(id).finally(() => this.#busy.delete(id));
    this.#busy.set(id, work);
  }

  async #tell(id: string): Promise<void> {
    const { alarms, log } = this.#parts;
    while (this.#wanted.has(id) && !this.#stop.signal.aborted) {
      const problem = this.#wanted.get(id);
      this.#wanted.delete(id);
      try {
        if (problem) await this.#raise(id, problem);
        else await alarms.clear(alarmKey(id));
      } catch (err) {
        log.warn({ err, component: id }, 'an alarm could not be told; it is tried again');
        if (!this.#wanted.has(id)) this.#wanted.set(id, problem);
        await sleep(AGAIN_MS, undefined, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }

  async #raise(id: string, { alarm, mark }: Problem): Promise<void> {
    const { alarms, beside, context, log, patience = PATIENCE_MS } = this.#parts;
    const known = beside(id);
    const told = context(id).catch((err): Context => {
      log.debug({ err, component: id }, 'what belongs to an alarm could not be found');
      return {};
    });
    const waited = new AbortController();
    const late = sleep(patience, 'late' as const, { signal: waited.signal }).catch(() => 'late' as const);
    const found = await Promise.race([told, late]);
    waited.abort();
    // What was begun on purpose may only now be known.
    const component = this.#parts.monitor.get(id);
    if (!component || !problemOf(this.#parts.monitor, component, this.#parts.maintained)) {
      this.#raised.delete(id);
      if (!this.#wanted.has(id)) this.#wanted.set(id, undefined);
      return;
    }
    await alarms.raise(withContext(alarm, found === 'late' ? known : { ...known, ...found }));
    if (found !== 'late') return;
    void told.then((more) => {
      // By now it may be over, or something else.
      if (this.#raised.get(id) === mark && !this.#wanted.has(id) && !this.#stop.signal.aborted)
        return alarms.raise(withContext(alarm, { ...known, ...more })).catch(() => {});
    });
  }
}

function withContext(alarm: Alarm, { lines = [], changes = [], chart, buttons }: Context): Alarm {
  return {
    ...alarm,
    lines: [
      ...(alarm.lines ?? []),
      ...changes.slice(0, MOST_CHANGES),
      ...lines.slice(-MOST_LINES).map((line) => `> ${line}`),
    ],
    ...(chart && { chart: [...chart] }),
    ...(buttons && { buttons }),
  };
}
