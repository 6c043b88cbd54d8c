/** Hands out what a machine is given as it boots: to the address at which it boots and to no other, and no more once it is configured. */
import type { Taker } from '../../boot.ts';
import { asMusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { takenAlarm } from './alarms.ts';
import type { Bell } from './bell.ts';
import { isPast } from './fold.ts';
import type { KeptBoot } from './kept-boot.ts';
import type { Known } from './record.ts';
import type { Roster } from './roster.ts';
import type { Tracker } from './tracker.ts';

/** How long after its script an address is asked for by no token, ms: by then somebody else may have it. */
const KNOWN_MS = 3_600_000;

/** What a machine is given. */
export interface Given {
  /** An archive (tar), for the boot from the card of this MAC address; rejects with a `MusterError` where a part of it cannot be made. */
  files(known: Known, token: string, mac?: string): Promise<Buffer>;
  /** A document of cloud-init; undefined where there is none of that name. */
  cloudInit(known: Known, token: string, name: string, mac?: string): Promise<string | undefined>;
}

export interface HandingParts {
  roster: Roster;
  tracker: Tracker;
  given: Given;
  bell: Bell;
  log: Log;
  now(): number;
}

export class Handing {
  readonly #parts: HandingParts;

  constructor(parts: HandingParts) {
    this.#parts = parts;
  }

  /** See `BootDesk.files`. */
  async files(token: string, taker?: Taker): Promise<Buffer | undefined> {
    const { tracker, bell, given: make, now } = this.#parts;
    const found = this.#taken(token, taker);
    if (!found) return undefined;
    const { boot, known } = found;
    const { given, machine } = boot;
    const another = given && (given.claim === undefined || given.claim !== taker?.claim);
    // Once it is configured, everybody on the machine can read its token.
    if (another || isPast(boot, 'configured')) {
      bell.raise(takenAlarm(machine, taker?.address ?? '', given !== undefined));
      return undefined;
    }
    tracker.apply(machine, { what: 'given', at: now(), claim: taker?.claim });
    // Cut off here, it was given: whoever asks again shows that it is the same.
    await tracker.boots.keep(machine);
    return this.#promised(boot, () => make.files(known, token, boot.mac));
  }

  /** See `BootDesk.cloudInit`. */
  async cloudInit(token: string, name: string, taker?: Taker): Promise<string | undefined> {
    const found = this.#taken(token, taker);
    if (!found || isPast(found.boot, 'configured')) return undefined;
    const { boot, known } = found;
    return this.#promised(boot, () => this.#parts.given.cloudInit(known, token, name, boot.mac));
  }

  /** The token of the boot that goes on at an address. */
  at(address: string): string | undefined {
    const { tracker, now } = this.#parts;
    const here = tracker.boots.last().filter((boot) => {
      const asked = boot.address === address ? boot.reached.script : undefined;
      return asked !== undefined && now() - asked < KNOWN_MS;
    });
    return here.sort((a, b) => b.began - a.began)[0]?.token;
  }

  /** The boot of a token, for whoever may have what it is given: the address at which it boots. */
  #taken(token: string, taker: Taker | undefined): { boot: KeptBoot; known: Known } | undefined {
    const { roster, tracker, bell } = this.#parts;
    const boot = tracker.boots.ofToken(token);
    const known = boot && roster.named(boot.machine);
    if (!boot || !known) return undefined;
    if (taker === undefined || taker.address === boot.address) return { boot, known };
    bell.raise(takenAlarm(boot.machine, taker.address, false));
    return undefined;
  }

  /** What was promised to a machine; where it cannot be made, its boot has failed, until it asks again and says that it is configured. */
  async #promised<T>({ machine, token }: KeptBoot, make: () => Promise<T>): Promise<T> {
    const { tracker, log, now } = this.#parts;
    try {
      return await make();
    } catch (thrown) {
      const detail = asMusterError(thrown).message;
      log.warn({ err: thrown, machine }, 'a machine could not be given what it is to have');
      // Another boot may have begun meanwhile.
      if (tracker.boots.ofToken(token)) {
        const news = { stage: 'configured', outcome: 'failed', cause: 'files', detail } as const;
        tracker.apply(machine, { what: 'told', at: now(), news });
        await tracker.boots.keep(machine);
      }
      throw thrown;
    }
  }
}
