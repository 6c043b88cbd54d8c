/** The dead-man's switch: whoever ought to give signs of life and does not is an alert, until it does again. One process at a time watches. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alarm } from '../../alarm.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { Alerts } from './alerts.ts';
import type { Seen, Sign } from './seen.ts';
import { Silence } from './silence.ts';

/** How long each may be silent, and how often it is looked, ms. */
export interface Patience {
  every: number;
  worker: number;
  manager: number;
  hub: number;
  /** Of a chat service from which nothing is heard, beyond the time between its signs. */
  platform: number;
  /** Of one in which nothing can be said. */
  mute: number;
}
export const PATIENCE: Patience = {
  every: 2_000,
  worker: 15_000,
  manager: 15_000,
  hub: 15_000,
  platform: 60_000,
  mute: 60_000,
};

/** A chat service that is listened to, and how long is between two signs of it, ms. */
export interface Watched {
  name: string;
  pulse: number;
}

export interface SwitchParts {
  alerts: Pick<Alerts, 'raise' | 'clear' | 'raised'>;
  seen: Pick<Seen, 'all' | 'leave'>;
  /** The manager that watches: it does not miss itself. */
  self: string;
  platforms(): Watched[];
  /** Whether there is a host of this name. */
  hosts(): ReadonlySet<string>;
  log: Log;
  patience?: Partial<Patience>;
}

/** Keys of the alarms that are the switch's own. */
const OWN = /^(?:worker|manager|hub|platform)\//;

export class DeadMansSwitch {
  readonly #parts: SwitchParts;
  readonly #patience: Patience;
  readonly #silence = new Silence();

  constructor(parts: SwitchParts) {
    this.#parts = parts;
    this.#patience = { ...PATIENCE, ...parts.patience };
  }

  /** Looks again and again until the signal. */
  async run(signal: AbortSignal): Promise<void> {
    const { every } = this.#patience;
    let before: number | undefined;
    while (!signal.aborted) {
      const now = performance.now();
      try {
        // Whoever slept, or waited for Redis, does not know what happened meanwhile: no more than two looks' time counts.
        await this.look(before === undefined ? 0 : Math.min(now - before, 2 * every));
        before = now;
      } catch (err) {
        before = undefined;
        this.#parts.log.warn({ err }, 'signs of life could not be looked for');
      }
      await sleep(every, undefined, { signal }).catch(() => {});
    }
  }

  /** Accuses whoever is silent after so many more ms awake, and clears whoever is not. */
  async look(elapsed: number): Promise<void> {
    const { alerts, seen, self } = this.#parts;
    const raised = [...(await alerts.raised())].filter((name) => OWN.test(name));
    const signs = (await seen.all()).filter(({ name }) => name !== self);
    const lasts = new Map(signs.map(({ name, last }) => [name, last]));
    // A service that never gave a sign ought to have.
    for (const { name } of this.#parts.platforms())
      if (!lasts.has(`platform/${name}`)) lasts.set(`platform/${name}`, 0);
    const accused = new Set(raised.map((name) => accusedBy(name, lasts)));
    this.#silence.look(lasts, elapsed, accused);
    const gone = signs.filter((sign) => this.#isReplaced(sign, signs));
    await seen.leave(...gone.map(({ name }) => name));
    const alarms = [
      ...signs.filter((sign) => !gone.includes(sign)).flatMap((sign) => this.#alarmsOf(sign)),
      ...this.#parts.platforms().flatMap((watched) => this.#alarmOfPlatform(watched, signs)),
    ];
    const names = new Set(alarms.map((alarm) => alarm.key));
    await Promise.all(alarms.map((alarm) => alerts.raise(alarm)));
    await Promise.all(raised.filter((name) => !names.has(name)).map((name) => alerts.clear(name)));
  }

  /** Whether somebody who does the same joined after its last sign: it was started again. */
  #isReplaced({ name, last, facts }: Sign, signs: readonly Sign[]): boolean {
    const [kind] = name.split('/');
    if (kind !== 'worker' && kind !== 'manager' && kind !== 'hub') return false;
    const same = (other: Sign) =>
      other.name.startsWith(`${kind}/`) &&
      (facts.hosts ?? []).every((host) => other.facts.hosts?.includes(host));
    return signs.some((other) => other.name !== name && other.joined > last && same(other));
  }

  #alarmsOf({ name, facts }: Sign): Alarm[] {
    const [kind] = name.split('/');
    const { worker, manager, hub } = messages().alerts.watch;
    const where = facts.where ?? name;
    if (kind === 'worker' && this.#silence.of(name) >= this.#patience.worker) {
      const time = humanDuration(this.#patience.worker);
      const { many, manyOver } = worker;
      return (facts.hosts ?? [])
        .filter((host) => this.#parts.hosts().has(host))
        .map((host) => ({
          key: `${name}/${host}`,
          severity: 'critical',
          cause: 'worker.silent',
          subject: `host/${host}`,
          summary: worker.summary({ host, where }),
          over: worker.over({ host }),
          many,
          manyOver,
          lines: [worker.lines({ time })],
          hint: worker.hint({ host }),
        }));
    }
    if ((kind === 'manager' || kind === 'hub') && this.#silence.of(name) >= this.#patience[kind]) {
      const time = humanDuration(this.#patience[kind]);
      const { summary, over, lines, ...words } = kind === 'hub' ? hub : manager;
      return [
        {
          key: name,
          severity: 'critical',
          cause: `${kind}.silent`,
          subject: subjectOf(kind, where),
          summary: summary({ where }),
          over: over({ where }),
          lines: [lines({ time })],
          ...words,
        },
      ];
    }
    return [];
  }

  #alarmOfPlatform({ name, pulse }: Watched, signs: readonly Sign[]): Alarm[] {
    const { platform, mute } = this.#patience;
    const isDeaf = this.#silence.of(`platform/${name}`) >= pulse + platform;
    const isMute =
      signs.some((sign) => sign.name === `mute/${name}`) && this.#silence.of(`mute/${name}`) >= mute;
    if (!isDeaf && !isMute) return [];
    const { deaf, mute: dumb, over, many, manyOver, lines, hint } = messages().alerts.watch.platform;
    const service = name.charAt(0).toUpperCase() + name.slice(1);
    return [
      {
        key: `platform/${name}`,
        severity: 'critical',
        cause: 'platform.silent',
        subject: `platform/${name}`,
        summary: isDeaf
          ? deaf({ platform: service, time: humanDuration(pulse + platform) })
          : dumb({ platform: service, time: humanDuration(mute) }),
        over: over({ platform: service }),
        many,
        manyOver,
        lines: [lines],
        hint,
        besides: name,
      },
    ];
  }
}

/** Whose silence an alarm is about. */
function accusedBy(name: string, signs: ReadonlyMap<string, number>): string {
  const [kind, one] = name.split('/');
  return kind === 'platform' && signs.has(`mute/${one}`) ? `mute/${one}` : `${kind}/${one}`;
}

const subjectOf = (kind: string, where: string): string => `${kind}/${where.split(/[ ,]/)[0]}`;
