/** Answers whoever asks for something to boot: decides what it gets, begins the boot that comes of it, and tells of what is odd. */
import type { Asking, Decision } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import type { LiveState } from '../step.ts';
import {
  failedKey,
  fallbackAlarm,
  idleAlarm,
  idleKey,
  loopAlarm,
  loopKey,
  takenKey,
  twiceAlarm,
} from './alarms.ts';
import { type Assignment, assignmentOf, assignments } from './assignment.ts';
import type { Bell } from './bell.ts';
import { asError } from './causes.ts';
import { decide } from './decide.ts';
import type { Guests } from './guests.ts';
import type { KeptBoot } from './kept-boot.ts';
import type { Passing } from './passing.ts';
import type { Roster } from './roster.ts';
import type { Choice, Images, Scene } from './scene.ts';
import { isBeginning, type Tracker } from './tracker.ts';
import { becauseText } from './words.ts';

/** When a machine that nobody knows asks again where too many do at once, s. */
const LATER_S = 60;

export interface AnsweringParts {
  state: LiveState;
  config(): Config;
  images: Images;
  roster: Roster;
  tracker: Tracker;
  guests: Guests;
  passing: Passing;
  bell: Bell;
  /** ms since the epoch. */
  now(): number;
}

export class Answering {
  readonly #parts: AnsweringParts;

  constructor(parts: AnsweringParts) {
    this.#parts = parts;
  }

  /** What it gets; rejects where something cannot be read. */
  async answer(asking: Asking): Promise<Decision> {
    const choice = await decide(asking, await this.#scene(asking));
    const { because } = choice;
    if ('machine' in choice && choice.machine !== undefined) await this.#parts.guests.arrived(asking.mac);
    if (choice.kind === 'image') return this.#boot(asking, choice);
    if (choice.kind === 'discovery') {
      const token = await this.#parts.guests.ask(asking, this.#parts.now(), true);
      if (token === undefined) return { kind: 'wait', seconds: LATER_S, because };
      return { kind: 'discovery', token, bootable: choice.bootable, because };
    }
    const { machine } = choice;
    if (machine !== undefined) this.#stays(machine, choice);
    if (choice.kind === 'local') {
      if (choice.announce) await this.#parts.guests.ask(asking, this.#parts.now(), false);
      return { kind: 'local', machine, because };
    }
    if (choice.twice) this.#parts.passing.raise(twiceAlarm(asking.mac, choice.twice), this.#parts.now());
    return { kind: 'wait', machine, seconds: choice.seconds, because };
  }

  /** A machine gets an image: with the token of the boot that has begun, or of a new one. */
  async #boot(asking: Asking, choice: Extract<Choice, { kind: 'image' }>): Promise<Decision> {
    const { machine, bootable, because, instead, loop } = choice;
    const { mac, firmware, address } = asking;
    const { boots } = this.#parts.tracker;
    const { version } = bootable;
    const at = this.#parts.now();
    this.#parts.roster.learn(mac, machine);
    if (!isBeginning(boots.now(machine))) this.#parts.tracker.begin(machine, at, { mac });
    this.#parts.tracker.apply(machine, {
      what: 'script',
      at,
      boot: { version, because, mac, firmware, address },
    });
    if (instead !== undefined) {
      const { trouble } = boots.all(machine).find((boot) => boot.version === instead && boot.trouble) ?? {};
      const why = trouble && asError(machine, trouble, instead).message;
      this.#parts.bell.raise(fallbackAlarm(machine, instead, version, why));
    }
    if (loop !== undefined) this.#parts.bell.raise(loopAlarm(machine, loop, this.#loopMinutes()));
    for (const key of [idleKey(machine), takenKey(machine)]) this.#parts.bell.clear(key);
    await boots.keep(machine);
    const { token } = boots.now(machine) as KeptBoot;
    return { kind: 'image', machine, token, bootable, because };
  }

  /** A machine gets no image now: what had begun was no boot, unless somebody waits for it. */
  #stays(machine: string, choice: Extract<Choice, { kind: 'local' | 'wait' }>): void {
    const { boots } = this.#parts.tracker;
    const boot = boots.now(machine);
    if (isBeginning(boot) && boot?.wanted)
      this.#parts.tracker.apply(machine, { what: 'waits', at: this.#parts.now(), because: choice.because });
    else if (isBeginning(boot)) boots.drop(machine);
    const why = choice.because.at(-1);
    if (choice.kind === 'local')
      for (const key of [failedKey(machine), loopKey(machine), idleKey(machine)]) this.#parts.bell.clear(key);
    else if (choice.loop !== undefined)
      this.#parts.bell.raise(loopAlarm(machine, choice.loop, this.#loopMinutes()));
    else if (why) this.#parts.bell.raise(idleAlarm(machine, becauseText(why)));
  }

  /** All that is known as somebody asks. */
  async #scene({ mac }: Asking): Promise<Scene> {
    const { state, config, images } = this.#parts;
    const own = this.#parts.roster.byMac.get(mac);
    // By UUID or serial number it may be any of them.
    const told: Record<string, Assignment | undefined> =
      own === undefined ? await assignments(state) : { [own]: await assignmentOf(state, own) };
    return {
      config: config(),
      known: this.#parts.roster.known,
      assignment: (machine) => (Object.hasOwn(told, machine) ? told[machine] : undefined),
      boots: (machine) => this.#parts.tracker.before(machine),
      images,
      now: this.#parts.now(),
    };
  }

  #loopMinutes(): number {
    return Math.round(this.#parts.config().boot.loops.within / 60_000);
  }
}
