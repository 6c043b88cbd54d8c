/** Who knows the machines, for the boot server: what each boots, and what became of it. There is one at a time, in the boot server's process. */
import type { Alarms } from '../../alarm.ts';
import type { Asking, BootDesk, BootNews, Decision, Inventory, Sighting, Taker } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import type { Log } from '../../log.ts';
import type { LiveState } from '../step.ts';
import { failedKey, forgedAlarm, idleKey, loopKey, takenKey } from './alarms.ts';
import { Answering } from './answering.ts';
import { wantedBoots } from './assignment.ts';
import { beat } from './beat.ts';
import { Bell } from './bell.ts';
import { isPast } from './fold.ts';
import { Guests } from './guests.ts';
import { type Given, Handing } from './handing.ts';
import { Passing } from './passing.ts';
import { profileOf } from './profile.ts';
import type { Records } from './record.ts';
import { Roster } from './roster.ts';
import type { Images } from './scene.ts';
import { Tracker } from './tracker.ts';
import { Turns } from './turns.ts';

/** How often deadlines are looked at, and who is new among the machines, ms. */
const SWEEP_MS = 1_000;
/** How soon it is looked again who a machine is that nobody knows, ms. */
const LOOK_MS = 200;

export interface DeskParts {
  state: LiveState;
  config(): Config;
  /** The machines that were added in chats. */
  records(): Promise<Records>;
  images: Images;
  given: Given;
  alerts: Alarms;
  log: Log;
  /** ms since the epoch, and of a clock that nobody sets. */
  now?: () => number;
  tick?: () => number;
}

export class Desk implements BootDesk {
  readonly #parts: DeskParts;
  readonly #now: () => number;
  readonly #bell: Bell;
  readonly #guests: Guests;
  readonly #tracker: Tracker;
  readonly #answering: Answering;
  readonly #handing: Handing;
  readonly #passing: Passing;
  readonly #roster: Roster;
  readonly #tick: () => number;
  /** Machines that are gone, and may be forgotten at any moment. */
  readonly #gone = new Set<string>();
  #looked = Number.NEGATIVE_INFINITY;
  /** Resolved once what is kept was taken up: whoever asks before waits for that. */
  readonly #begun: Promise<void>;
  #begin = () => {};
  readonly #turns = new Turns();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | undefined;

  constructor(parts: DeskParts) {
    const { state, config, images, given, log } = parts;
    this.#parts = parts;
    const now = parts.now ?? Date.now;
    this.#now = now;
    this.#tick = parts.tick ?? parts.now ?? (() => performance.now());
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    const bell = new Bell(parts);
    this.#bell = bell;
    const guests = new Guests({ state, bell });
    this.#guests = guests;
    const passing = new Passing({ state, bell, log });
    this.#passing = passing;
    const roster = new Roster(parts);
    this.#roster = roster;
    const machine = (mac: string) => roster.ofMac(mac);
    const tracker = new Tracker({ state, config, bell, log, now, tick: this.#tick, machine });
    this.#tracker = tracker;
    const shared = { roster, tracker, bell, now };
    this.#answering = new Answering({ ...shared, state, config, images, guests, passing });
    this.#handing = new Handing({ ...shared, given, log });
  }

  /** Takes up what is kept, and looks at deadlines from now on. */
  async start(): Promise<void> {
    await this.#tracker.boots.load();
    await this.#guests.load();
    await this.#passing.load();
    await this.sweep();
    this.#begin();
    const { log } = this.#parts;
    this.#timer = setInterval(() => {
      // One at a time: while Redis is away they do not pile up.
      this.#sweeping ??= this.sweep()
        .catch((err) => log.warn({ err }, 'boots could not be looked at'))
        .finally(() => {
          this.#sweeping = undefined;
        });
    }, SWEEP_MS);
  }

  /** Ends once all that is known is kept. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#tracker.keep();
  }

  async decide(asking: Asking): Promise<Decision> {
    await this.#begun;
    const { byMac } = this.#roster;
    try {
      if (!byMac.has(asking.mac) && this.#tick() - this.#looked > LOOK_MS) await this.#look();
      return await this.#turns.take(this.#roster.byMac.get(asking.mac) ?? asking.mac, () =>
        this.#answering.answer(asking),
      );
    } catch (err) {
      this.#parts.log.error({ err, mac: asking.mac }, 'nothing could be decided for a machine');
      return { kind: 'wait', seconds: 10, because: [{ code: 'trouble', facts: {} }] };
    }
  }

  async news(token: string, news: BootNews, address?: string): Promise<boolean> {
    await this.#begun;
    const { boots } = this.#tracker;
    const boot = boots.ofToken(token);
    if (!boot) return this.#heard(token, news);
    this.#tracker.apply(boot.machine, { what: 'told', at: this.#now(), news, address });
    await boots.keep(boot.machine);
    return true;
  }

  seen(sighting: Sighting): void {
    try {
      const { what } = sighting;
      if (what !== 'forged') this.#tracker.see(sighting);
      else this.#passing.raise(forgedAlarm(sighting.address, sighting.times), this.#now());
    } catch (err) {
      this.#parts.log.warn({ err, what: sighting.what }, 'what was seen of a machine could not be noted');
    }
  }

  async knows(token: string): Promise<boolean> {
    await this.#begun;
    return this.#tracker.boots.ofToken(token) !== undefined || this.#guests.knows(token);
  }

  async files(token: string, taker?: Taker): Promise<Buffer | undefined> {
    await this.#begun;
    return this.#handing.files(token, taker);
  }

  async cloudInit(token: string, name: string, taker?: Taker): Promise<string | undefined> {
    await this.#begun;
    return this.#handing.cloudInit(token, name, taker);
  }

  async at(address: string): Promise<string | undefined> {
    await this.#begun;
    return this.#handing.at(address);
  }

  async discovered(token: string, inventory: Inventory): Promise<boolean> {
    await this.#begun;
    return this.#guests.tell(token, inventory, this.#now());
  }

  async restarts(token: string): Promise<boolean | undefined> {
    await this.#begun;
    const mac = this.#guests.macOf(token);
    if (mac === undefined) return undefined;
    const machine = this.#roster.byMac.get(mac);
    // One that is ours no more is a stranger again, which nobody hears of until it asks anew.
    if (machine === undefined) return this.#guests.ofToken(token) === undefined;
    const boot = this.#tracker.boots.now(machine);
    // It may have renewed its address meanwhile, as a system that runs does: that is no beginning.
    return boot?.outcome === 'open' && boot.wanted !== undefined && !isPast(boot, 'script');
  }

  /** Looks at what is to happen by now: machines that changed, boots that somebody waits for, deadlines. */
  async sweep(): Promise<void> {
    const { state, config } = this.#parts;
    await this.#look();
    for (const name of this.#gone)
      if (this.#roster.named(name) || (await this.#tracker.boots.release(name))) this.#gone.delete(name);
    for (const [machine, wanted] of Object.entries(await wantedBoots(state)))
      await this.#turns.take(machine, () => this.#tracker.expect(machine, wanted));
    this.#tracker.late((machine) => profileOf(this.#roster.was(machine), config()).profile.deadlines);
    this.#passing.look(this.#now());
    await this.#tracker.keep();
    await beat(state, this.#now());
  }

  /** News of a boot that only shows what is in a machine: it is kept nowhere, as nothing waits for it. */
  #heard(token: string, { stage, outcome, cause }: BootNews): boolean {
    const known = this.#guests.knows(token);
    if (known && outcome === 'failed') {
      const mac = this.#guests.ofToken(token)?.mac;
      this.#parts.log.warn({ mac, stage, cause }, 'a machine that nobody knows could not show what is in it');
    }
    return known;
  }

  /** Reads again which machines there are; what was wrong with those that are gone is over. */
  async #look(): Promise<void> {
    this.#looked = this.#tick();
    for (const name of await this.#roster.look()) {
      this.#gone.add(name);
      for (const key of [failedKey(name), loopKey(name), idleKey(name), takenKey(name)])
        this.#bell.clear(key);
    }
    await this.#guests.leave(this.#roster.byMac);
  }
}
