/** Everything that is watched, and how it is: takes what sources observe, and says at once what changed by it. Pure but for its clocks. */
import { CLOUD, hostBelow, serviceOf, subjectOf } from './names.ts';
import { BELIEF, type Beat, type Belief, type Health, Pulse, worse } from './pulse.ts';

/** What a source saw of one check of a component. */
export interface Observation extends Beat {
  component: string;
  check: string;
  /** The last lines it printed, oldest first. */
  lines?: readonly string[];
  belief?: Belief;
}

/** A check as it stands. */
export interface Standing {
  check: string;
  status: Health;
  detail?: string;
  flapping: boolean;
  /** Since when it is so, ms since the epoch. */
  since: number;
}

/** How a check stood when it changed last, as it is kept over a restart. */
export interface Kept {
  state: Health;
  /** ms since the epoch. */
  since: number;
  detail?: string;
  /** For how long its beats count, ms; undefined for ever. */
  ttl?: number;
}

/** Why a component counts as ill although nobody said so: what it needs is not there. */
export interface Component {
  id: string;
  checks: Standing[];
  /** The worst of what is known of its checks. */
  own: Health;
  /** With what it needs: a service on a host that does not answer is not well. */
  state: Health;
  /** What it needs and does not have. */
  because?: string;
  /** Since when it lacks what it needs, or is as it is, ms since the epoch. */
  since: number;
  /** False as long as it is only known from before a restart. */
  heard: boolean;
  lines: readonly string[];
}

interface Held {
  pulses: Map<string, { pulse: Pulse; since: number }>;
  state: Health;
  since: number;
  lines: readonly string[];
}

/** The checks of a host without which nothing on it can be known. */
const VITAL = ['reach', 'engine'] as const;
/** Components that are watched at the most; what comes beyond is not. */
const MOST = 20_000;
/** Checks of one component at the most. */
const MOST_CHECKS = 100;

export interface MonitorParts {
  /** ms of a clock that only goes forward. */
  now?: () => number;
  /** ms since the epoch, for people. */
  wall?: () => number;
}

export class Monitor {
  readonly #now: () => number;
  readonly #wall: () => number;
  readonly #held = new Map<string, Held>();
  /** Those that are not well. */
  readonly #ill = new Set<string>();
  /** By host, what is on it; by subject, what belongs to it. */
  readonly #on = new Map<string, Set<string>>();
  readonly #of = new Map<string, Set<string>>();
  /** By service of an app (`app/shop/web`), how many of it are healthy. */
  readonly #well = new Map<string, number>();
  /** Called with a component whose state changed, and how it was. */
  onChange: (id: string, from: Health, to: Health) => void = () => {};
  /** Called with each check that changed; without how it stands where it is forgotten. */
  onCheck: (id: string, check: string, kept: Kept | undefined) => void = () => {};
  /** What was not taken up because there was too much. */
  refused = 0;

  constructor({ now = () => performance.now(), wall = Date.now }: MonitorParts = {}) {
    this.#now = now;
    this.#wall = wall;
  }

  observe({ component: id, check, lines, belief = BELIEF, ...beat }: Observation): void {
    const held = this.#held.get(id) ?? this.#add(id);
    if (!held) return;
    const known = held.pulses.get(check);
    if (!known && held.pulses.size >= MOST_CHECKS) {
      this.refused += 1;
      return;
    }
    const one = known ?? { pulse: new Pulse(), since: this.#wall() };
    held.pulses.set(check, one);
    if (lines !== undefined) held.lines = lines;
    if (!one.pulse.take(beat, this.#now(), belief)) return;
    one.since = this.#wall();
    this.#told(id, check, one);
    this.#changed(id);
    // What is on a host changes with whether it can be reached.
    if ((VITAL as readonly string[]).includes(check))
      for (const on of this.#on.get(id) ?? []) this.#changed(on);
  }

  /** Goes on with checks as they stood before, each until it is heard of or its time is up. Told to nobody. */
  resume(kept: Iterable<{ id: string; check: string; left: number } & Kept>): void {
    const ids = new Set<string>();
    for (const { id, check, state, since, detail, left } of kept) {
      const held = this.#held.get(id) ?? this.#add(id);
      if (!held) continue;
      held.pulses.set(check, { pulse: Pulse.resume(state, detail, left, this.#now()), since });
      ids.add(id);
    }
    for (const id of ids) {
      const held = this.#held.get(id) as Held;
      const from = held.state;
      held.state = this.#lacking(id) ? 'unhealthy' : ownState(held);
      held.since = Math.max(...[...held.pulses.values()].map(({ since }) => since));
      this.#count(id, from, held.state);
    }
  }

  /** Lets time pass for what is heard of no more; what comes and goes while it is worked on is no flapping. */
  tick(isWorkedOn: (subject: string) => boolean = () => false): void {
    const now = this.#now();
    for (const [id, { pulses }] of this.#held) {
      let changed = false;
      for (const [check, one] of pulses) {
        const calmed = one.pulse.isRestless && isWorkedOn(subjectOf(id)) && one.pulse.forgive();
        if (!one.pulse.tick(now) && !calmed) continue;
        one.since = this.#wall();
        changed = true;
        // What was only known from before, and is heard of no more, is not there any more.
        if (!one.pulse.heard) pulses.delete(check);
        this.#told(id, check, one);
      }
      if (pulses.size === 0) this.forget(id);
      else if (changed) this.#changed(id);
    }
  }

  /** Forgets a component, or one check of it: it is not there any more. */
  forget(id: string, check?: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    for (const name of check === undefined ? held.pulses.keys() : [check]) this.onCheck(id, name, undefined);
    if (check !== undefined) {
      held.pulses.delete(check);
      if (held.pulses.size > 0) {
        this.#changed(id);
        return;
      }
    }
    this.#held.delete(id);
    this.#count(id, held.state, 'unknown');
    drop(this.#of, subjectOf(id), id);
    const host = hostBelow(id);
    if (host) drop(this.#on, host, id);
    this.onChange(id, held.state, 'unknown');
  }

  get(id: string): Component | undefined {
    const held = this.#held.get(id);
    if (!held) return undefined;
    const checks = [...held.pulses].map(
      ([check, { pulse, since }]): Standing => ({
        check,
        status: pulse.state,
        detail: pulse.detail,
        flapping: pulse.flapping,
        since,
      }),
    );
    const lacks = this.#lacking(id);
    const own = ownState(held);
    const heard = [...held.pulses.values()].some(({ pulse }) => pulse.heard);
    const { state, lines } = held;
    return { id, checks, own, state, because: lacks?.host, since: lacks?.since ?? held.since, heard, lines };
  }

  /** All components, or those that belong to a subject (`app/shop`, also the app itself) or stand on a host. */
  *all(of?: string): Generator<Component> {
    const some =
      of === undefined || of === CLOUD
        ? this.#held.keys()
        : [...(this.#of.get(of) ?? []), ...(this.#on.get(of) ?? [])];
    for (const id of some) {
      const component = this.get(id);
      if (component) yield component;
    }
  }

  /** A host, and what stands on it. */
  *on(host: string): Generator<string> {
    if (this.#held.has(host)) yield host;
    yield* this.#on.get(host) ?? [];
  }

  /** Those that are degraded or unhealthy. */
  ill(): Iterable<string> {
    return this.#ill;
  }

  /** Whether a subject is one component, all of which is healthy: as most are, most of the time. */
  isPlainlyWell(subject: string): boolean {
    const held = this.#held.get(subject);
    if (held?.state !== 'healthy' || this.#on.has(subject) || this.#of.get(subject)?.size !== 1) return false;
    for (const { pulse } of held.pulses.values()) if (pulse.state !== 'healthy') return false;
    return true;
  }

  /** Whether one of the same service of its app is healthy, anywhere. */
  isServed(id: string): boolean {
    return this.#well.has(serviceName(id) ?? '');
  }

  /** The subjects there are: `host/web-1`, `app/shop`. */
  subjects(): string[] {
    return [...this.#of.keys()];
  }

  #add(id: string): Held | undefined {
    if (this.#held.size >= MOST) {
      this.refused += 1;
      return undefined;
    }
    const held: Held = { pulses: new Map(), state: 'unknown', since: this.#wall(), lines: [] };
    this.#held.set(id, held);
    put(this.#of, subjectOf(id), id);
    const host = hostBelow(id);
    if (host) put(this.#on, host, id);
    return held;
  }

  #told(id: string, check: string, { pulse, since }: { pulse: Pulse; since: number }): void {
    const { state, detail, ttl } = pulse;
    this.onCheck(id, check, state === 'unknown' ? undefined : { state, since, detail, ttl });
  }

  #changed(id: string): void {
    const held = this.#held.get(id);
    if (!held) return;
    const state = this.#lacking(id) === undefined ? ownState(held) : 'unhealthy';
    if (state === held.state) return;
    const from = held.state;
    held.state = state;
    held.since = this.#wall();
    this.#count(id, from, state);
    this.onChange(id, from, state);
  }

  #count(id: string, from: Health, to: Health): void {
    if (to === 'degraded' || to === 'unhealthy') this.#ill.add(id);
    else this.#ill.delete(id);
    const name = serviceName(id);
    if (name === undefined || (from === 'healthy') === (to === 'healthy')) return;
    const count = (this.#well.get(name) ?? 0) + (to === 'healthy' ? 1 : -1);
    if (count > 0) this.#well.set(name, count);
    else this.#well.delete(name);
  }

  /** The host that a service needs and that is not there, and since when. */
  #lacking(id: string): { host: string; since: number } | undefined {
    const host = serviceOf(id) && hostBelow(id);
    const pulses = host === undefined ? undefined : this.#held.get(host)?.pulses;
    const gone = VITAL.flatMap((check) => {
      const one = pulses?.get(check);
      return one?.pulse.state === 'unhealthy' ? [one.since] : [];
    });
    return host !== undefined && gone.length > 0 ? { host, since: Math.min(...gone) } : undefined;
  }
}

/** The worst of what is known; unknown where nothing is. */
function ownState({ pulses }: Held): Health {
  const states = [...pulses.values()].map(({ pulse }): Health => pulse.state);
  const known = states.filter((state) => state !== 'unknown');
  return known.length === 0 ? 'unknown' : known.reduce<Health>(worse, 'healthy');
}

function serviceName(id: string): string | undefined {
  const service = serviceOf(id);
  return service && `app/${service.app}/${service.service}`;
}

function put(sets: Map<string, Set<string>>, name: string, id: string): void {
  const set = sets.get(name) ?? new Set();
  set.add(id);
  sets.set(name, set);
}

function drop(sets: Map<string, Set<string>>, name: string, id: string): void {
  const set = sets.get(name);
  set?.delete(id);
  if (set?.size === 0) sets.delete(name);
}
