/** Follows the boots of all machines: what is seen and told of them, when they begin and end, and who is told of that. */
import type { Sighting } from '../../boot.ts';
import { remember } from '../../bounded.ts';
import type { Config } from '../../config/config.ts';
import type { Deadlines } from '../../config/machines.ts';
import type { Log } from '../../log.ts';
import type { LiveState } from '../step.ts';
import { failedAlarm, failedKey, loopKey } from './alarms.ts';
import { unwant, type Wanted } from './assignment.ts';
import type { Bell } from './bell.ts';
import { Boots } from './boots.ts';
import { isOfImage, missedTrouble } from './causes.ts';
import { deadline } from './deadline.ts';
import { type BootEvent, fold, furthest, isPast, stageAt } from './fold.ts';
import type { KeptBoot } from './kept-boot.ts';
import { Stopwatch } from './stopwatch.ts';
import { newToken } from './token.ts';

/** The most addresses that are kept in mind. */
const MOST_ADDRESSES = 4_096;

export interface TrackerParts {
  state: LiveState;
  config(): Pick<Config, 'boot'>;
  bell: Bell;
  log: Log;
  /** ms since the epoch, and of a clock that nobody sets. */
  now(): number;
  tick(): number;
  /** The machine of a MAC address. */
  machine(mac: string): string | undefined;
}

export class Tracker {
  readonly boots: Boots;
  readonly #parts: TrackerParts;
  /** address -> machine, as DHCP gave it. */
  readonly #byAddress = new Map<string, string>();
  readonly #stopwatch: Stopwatch;

  constructor(parts: TrackerParts) {
    this.#parts = parts;
    this.boots = new Boots(parts.state);
    this.#stopwatch = new Stopwatch(parts.tick);
  }

  /** What the server saw. */
  see(sighting: Exclude<Sighting, { what: 'forged' }>): void {
    const { what } = sighting;
    const proxy = this.#parts.config().boot.dhcp?.mode === 'proxy';
    const event: BootEvent = { what: 'seen', at: this.#parts.now(), sighting, proxy };
    if (what === 'fetched' || what === 'fetching') {
      const boot = this.boots.ofToken(sighting.token);
      if (boot) this.apply(boot.machine, event);
    } else if (what === 'dhcp-foreign' && sighting.mac === undefined) {
      for (const boot of this.boots.last())
        if (boot.outcome === 'open' && !isPast(boot, 'script')) this.apply(boot.machine, event);
    } else {
      const machine = this.#whose(sighting);
      if (machine === undefined) return;
      // Only firmware says which it is; the system that runs asks for an address, too.
      const firmware = what === 'dhcp-asked' && sighting.firmware !== undefined;
      if (firmware && !isBeginning(this.boots.now(machine)))
        this.begin(machine, event.at, { mac: sighting.mac });
      if (isBeginning(this.boots.now(machine))) this.apply(machine, event);
    }
  }

  /** A new boot of a machine; one that was going on has ended with it. */
  begin(machine: string, began: number, more: Partial<KeptBoot>): void {
    const before = this.boots.now(machine);
    if (before) {
      const trouble = cutOff(before, more.wanted ? 'replaced' : 'restarted');
      this.apply(machine, { what: 'ended', at: this.#parts.now(), trouble });
    }
    const token = newToken();
    this.boots.begin({ token, machine, began, reached: {}, outcome: 'open', notes: [], ...more });
  }

  /** Applies an event to a machine's boot, and tells what came of it. */
  apply(machine: string, event: BootEvent): void {
    const { before, boot } = this.boots.apply(machine, event);
    if (!boot || boot === before) return;
    const { bell, log } = this.#parts;
    void this.boots
      .keep(machine)
      .catch((err) => log.warn({ err, machine }, 'a boot could not be kept; it is tried again'));
    if (boot.outcome === before?.outcome) return;
    if (boot.outcome === 'open') {
      log.info({ machine }, 'a boot that had failed goes on');
      return;
    }
    log.info({ machine, outcome: boot.outcome, cause: boot.trouble?.code }, 'a boot ended');
    if (boot.outcome === 'up') for (const key of [failedKey(machine), loopKey(machine)]) bell.clear(key);
    // Whoever waits for it tells of it.
    else if (boot.outcome === 'failed' && !boot.wanted && !isQuiet(boot)) bell.raise(failedAlarm(boot));
  }

  /** Somebody waits for a boot from now on, or does not any more. */
  async expect(machine: string, { since, run, patience, adopt, over }: Wanted): Promise<void> {
    const boot = this.boots.now(machine);
    if (over) {
      if (boot?.wanted?.run === run && boot.outcome === 'open') {
        if (furthest(boot) === undefined) this.boots.drop(machine);
        else this.apply(machine, { what: 'unwanted', at: this.#parts.now() });
      }
    } else if (boot && adopt !== undefined && isGoing(boot, adopt)) {
      this.apply(machine, { what: 'wanted', at: this.#parts.now(), wanted: { run, patience } });
    } else if (!boot || boot.began < since) {
      this.begin(machine, since, { wanted: { run, patience } });
    }
    await this.boots.keep(machine);
    await unwant(this.#parts.state, machine);
  }

  /** Ends boots whose next stage was not reached in time. */
  late(deadlines: (machine: string) => Deadlines): void {
    const now = this.#parts.now();
    for (const boot of this.boots.last()) {
      const waits = deadline(boot, deadlines(boot.machine));
      if (!waits) {
        this.#stopwatch.forget(boot.machine);
        continue;
      }
      const { from } = waits;
      const passed = this.#stopwatch.passed(boot.machine, { mark: `${boot.token} ${from}`, from, now });
      if (passed < waits.limit) continue;
      const trouble = missedTrouble(boot, waits.stage, waits.limit);
      this.apply(boot.machine, { what: 'ended', at: now, trouble });
    }
  }

  /** The boots of a machine before the one that begins; one that goes on has ended by the machine's asking anew. */
  before(machine: string): KeptBoot[] {
    const at = this.#parts.now();
    return this.boots
      .all(machine)
      .filter((boot) => !isBeginning(boot))
      .map((boot) => fold(boot, { what: 'ended', at, trouble: cutOff(boot, 'restarted') }));
  }

  /** Keeps all that is not kept yet. */
  async keep(): Promise<void> {
    for (const machine of this.boots.unkept()) await this.boots.keep(machine);
  }

  /** The machine that something was seen of. */
  #whose(sighting: Extract<Sighting, { mac?: string }>): string | undefined {
    const address = 'address' in sighting ? sighting.address : undefined;
    if (sighting.mac === undefined) return this.#byAddress.get(address ?? '');
    const machine = this.#parts.machine(sighting.mac);
    if (address === undefined) return machine;
    // Somebody else's by now, or of a machine that nobody knows.
    if (machine === undefined) this.#byAddress.delete(address);
    else remember(this.#byAddress, address, machine, MOST_ADDRESSES);
    return machine;
  }
}

/** Whether a boot is before its kernel: what its machine asks for until then is all one boot. */
export const isBeginning = (boot: KeptBoot | undefined): boolean =>
  boot?.outcome === 'open' && !isPast(boot, 'kernel');

/** Whether a boot is of a version, as far as it is known, and may come up. */
const isGoing = ({ outcome, version }: KeptBoot, wanted: string): boolean =>
  outcome !== 'failed' && (version === undefined || version === wanted);

/** Why a boot ended in which another one began. */
const cutOff = (boot: KeptBoot, code: 'replaced' | 'restarted') => ({
  code,
  facts: { stage: stageAt(boot) ?? 'up' },
});

/** That a person switches a machine off, or resets it before its kernel, is nothing to be told. */
const isQuiet = ({ trouble }: KeptBoot): boolean =>
  trouble?.code === 'replaced' || (trouble?.code === 'restarted' && !isOfImage(trouble));
