/** Who knows the machines, for the boot server: what each boots, and what became of it. There is one at a time, in the boot server's process. */
import type { Alarms } from '../../alarm.ts';
import type { Asking, BootDesk, BootNews, Decision, Inventory, Sighting, Taker } from '../../boot.ts';
import type { Config } from '../../config/config.ts';
import { asMusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { LiveState } from '../step.ts';
import { fallbackAlarm, idleAlarm, idleKey, loopAlarm, takenAlarm, takenKey, twiceAlarm } from './alarms.ts';
import { type Assignment, assignmentOf, assignments, wantedBoots } from './assignment.ts';
import { beat } from './beat.ts';
import { Bell } from './bell.ts';
import { asError } from './causes.ts';
import { type Choice, decide, type Images, profileOf, type Scene } from './decide.ts';
import { isPast } from './fold.ts';
import { Guests } from './guests.ts';
import type { KeptBoot } from './kept-boot.ts';
import { type Known, knownMachines, type Records, stranger } from './record.ts';
import { isBeginning, Tracker } from './tracker.ts';
import { becauseText } from './words.ts';

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
  /** What a machine is given as it boots. */
  given: {
    /** An archive (tar), for the boot from the card of this MAC address; rejects with a `MusterError` where a part of it cannot be made. */
    files(known: Known, token: string, mac?: string): Promise<Buffer>;
    /** A document of cloud-init; undefined where there is none of that name. */
    cloudInit(known: Known, token: string, name: string, mac?: string): Promise<string | undefined>;
  };
  alerts: Alarms;
  log: Log;
  /** ms since the epoch. */
  now?: () => number;
}

export class Desk implements BootDesk {
  readonly #parts: DeskParts;
  readonly #now: () => number;
  readonly #bell: Bell;
  readonly #guests: Guests;
  readonly #tracker: Tracker;
  #known: readonly Known[] = [];
  #looked = Number.NEGATIVE_INFINITY;
  #byMac = new Map<string, string>();
  /** Cards of machines that are known by something else. */
  readonly #learned = new Map<string, string>();
  /** What is done for one machine is done one after the other. */
  readonly #turns = new Map<string, Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(parts: DeskParts) {
    const { state, config, log } = parts;
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
    this.#bell = new Bell(parts);
    this.#guests = new Guests({ state, bell: this.#bell });
    const machine = (mac: string) => this.#byMac.get(mac) ?? this.#learned.get(mac);
    this.#tracker = new Tracker({ state, config, bell: this.#bell, log, now: this.#now, machine });
  }

  /** Takes up what is kept, and looks at deadlines from now on. */
  async start(): Promise<void> {
    await this.#tracker.boots.load();
    await this.#guests.load();
    await this.sweep();
    const next = () =>
      this.sweep().catch((err) => this.#parts.log.warn({ err }, 'boots could not be looked at'));
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping.then(next);
    }, SWEEP_MS);
  }

  /** Ends once all that is known is kept. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
    await this.#tracker.keep();
  }

  async decide(asking: Asking): Promise<Decision> {
    try {
      const known = this.#byMac.get(asking.mac);
      if (known === undefined && this.#now() - this.#looked > LOOK_MS) await this.#look();
      return await this.#inTurn(this.#byMac.get(asking.mac) ?? asking.mac, () => this.#decide(asking));
    } catch (err) {
      this.#parts.log.error({ err, mac: asking.mac }, 'nothing could be decided for a machine');
      return { kind: 'wait', seconds: 10, because: [{ code: 'trouble', facts: {} }] };
    }
  }

  async news(token: string, news: BootNews): Promise<boolean> {
    const { boots } = this.#tracker;
    const boot = boots.ofToken(token);
    if (!boot) return false;
    this.#tracker.apply(boot.machine, { what: 'told', at: this.#now(), news });
    await boots.keep(boot.machine);
    return true;
  }

  seen(sighting: Sighting): void {
    try {
      this.#tracker.see(sighting);
    } catch (err) {
      this.#parts.log.warn({ err, what: sighting.what }, 'what was seen of a machine could not be noted');
    }
  }

  async knows(token: string): Promise<boolean> {
    return this.#tracker.boots.ofToken(token) !== undefined || this.#guests.ofToken(token) !== undefined;
  }

  async files(token: string, taker?: Taker): Promise<Buffer | undefined> {
    const found = this.#taken(token, taker);
    if (!found) return undefined;
    const { boot, known } = found;
    const { given, machine } = boot;
    if (given && (given.claim === undefined || given.claim !== taker?.claim)) {
      this.#bell.raise(takenAlarm(machine, taker?.address ?? '', true));
      return undefined;
    }
    this.#tracker.apply(machine, { what: 'given', at: this.#now(), claim: taker?.claim });
    // Cut off here, it was given: whoever asks again shows that it is the same.
    await this.#tracker.boots.keep(machine);
    return this.#promised(boot, () => this.#parts.given.files(known, token, boot.mac));
  }

  async cloudInit(token: string, name: string, taker?: Taker): Promise<string | undefined> {
    const found = this.#taken(token, taker);
    // From then on others are on the machine, too, who can read its token.
    if (!found || isPast(found.boot, 'configured')) return undefined;
    const { boot, known } = found;
    return this.#promised(boot, () => this.#parts.given.cloudInit(known, token, name, boot.mac));
  }

  async at(address: string): Promise<string | undefined> {
    const here = this.#tracker.boots
      .last()
      .filter((boot) => boot.address === address && isPast(boot, 'script'));
    return here.sort((a, b) => b.began - a.began)[0]?.token;
  }

  async discovered(token: string, inventory: Inventory): Promise<boolean> {
    return this.#guests.tell(token, inventory, this.#now());
  }

  /** Looks at what is to happen by now: machines that changed, boots that somebody waits for, deadlines. */
  async sweep(): Promise<void> {
    const { state, config } = this.#parts;
    await this.#look();
    for (const [machine, wanted] of Object.entries(await wantedBoots(state)))
      await this.#inTurn(machine, () => this.#tracker.expect(machine, wanted));
    const of = (name: string) => this.#known.find((known) => known.name === name) ?? stranger(name);
    this.#tracker.late((machine) => profileOf(of(machine), config()).profile.deadlines);
    await this.#tracker.keep();
    await beat(state, this.#now());
  }

  async #decide(asking: Asking): Promise<Decision> {
    const choice = await decide(asking, await this.#scene(asking));
    const { because } = choice;
    if (choice.kind === 'image') return this.#boot(asking, choice);
    if (choice.kind === 'discovery') {
      const token = await this.#guests.ask(asking, this.#now(), true);
      return { kind: 'discovery', token, bootable: choice.bootable, because };
    }
    const { machine } = choice;
    if (machine !== undefined) this.#stays(machine, choice);
    if (choice.kind === 'local') {
      if (choice.announce) await this.#guests.ask(asking, this.#now(), false);
      return { kind: 'local', machine, because };
    }
    if (choice.twice) this.#bell.raise(twiceAlarm(asking.mac, choice.twice));
    return { kind: 'wait', machine, seconds: choice.seconds, because };
  }

  /** A machine gets an image: with the token of the boot that has begun, or of a new one. */
  async #boot(asking: Asking, choice: Extract<Choice, { kind: 'image' }>): Promise<Decision> {
    const { machine, bootable, because, instead, loop } = choice;
    const { mac, firmware, address } = asking;
    const { boots } = this.#tracker;
    const { version } = bootable;
    const at = this.#now();
    this.#learned.set(mac, machine);
    if (!isBeginning(boots.now(machine))) this.#tracker.begin(machine, at, { mac });
    this.#tracker.apply(machine, { what: 'script', at, boot: { version, because, mac, firmware, address } });
    if (instead !== undefined) {
      const { trouble } = boots.all(machine).find((boot) => boot.version === instead && boot.trouble) ?? {};
      const why = trouble && asError(machine, trouble, instead).message;
      this.#bell.raise(fallbackAlarm(machine, instead, version, why));
    }
    if (loop !== undefined) this.#bell.raise(loopAlarm(machine, loop, this.#loopMinutes()));
    for (const key of [idleKey(machine), takenKey(machine)]) this.#bell.clear(key);
    await boots.keep(machine);
    const { token } = boots.now(machine) as KeptBoot;
    return { kind: 'image', machine, token, bootable, because };
  }

  /** A machine gets no image now: what had begun was no boot, unless somebody waits for it. */
  #stays(machine: string, choice: Extract<Choice, { kind: 'local' | 'wait' }>): void {
    const { boots } = this.#tracker;
    const boot = boots.now(machine);
    if (isBeginning(boot) && boot?.wanted)
      this.#tracker.apply(machine, { what: 'waits', at: this.#now(), because: choice.because });
    else if (isBeginning(boot)) boots.drop(machine);
    const why = choice.because.at(-1);
    if (choice.kind === 'local') this.#bell.clear(idleKey(machine));
    else if (choice.loop !== undefined)
      this.#bell.raise(loopAlarm(machine, choice.loop, this.#loopMinutes()));
    else if (why) this.#bell.raise(idleAlarm(machine, becauseText(why)));
  }

  /** The boot of a token, for whoever may have what it is given: the address that its script went to. */
  #taken(token: string, taker: Taker | undefined): { boot: KeptBoot; known: Known } | undefined {
    const boot = this.#tracker.boots.ofToken(token);
    const known = this.#known.find(({ name }) => name === boot?.machine);
    if (!boot || !known) return undefined;
    if (taker === undefined || taker.address === boot.address) return { boot, known };
    this.#bell.raise(takenAlarm(boot.machine, taker.address, false));
    return undefined;
  }

  /** What was promised to a machine; where it cannot be made, its boot has failed. */
  async #promised<T>({ machine, token }: KeptBoot, make: () => Promise<T>): Promise<T> {
    try {
      return await make();
    } catch (thrown) {
      const detail = asMusterError(thrown).message;
      await this.news(token, { stage: 'configured', outcome: 'failed', cause: 'files', detail });
      this.#parts.log.warn({ err: thrown, machine }, 'a machine could not be given what it is to have');
      throw thrown;
    }
  }

  /** All that is known as somebody asks. */
  async #scene({ mac }: Asking): Promise<Scene> {
    const { state, config, images } = this.#parts;
    const own = this.#byMac.get(mac);
    // By UUID or serial number it may be any of them.
    const told: Record<string, Assignment | undefined> =
      own === undefined ? await assignments(state) : { [own]: await assignmentOf(state, own) };
    return {
      config: config(),
      known: this.#known,
      assignment: (machine) => (Object.hasOwn(told, machine) ? told[machine] : undefined),
      boots: (machine) => this.#tracker.before(machine),
      images,
      now: this.#now(),
    };
  }

  /** Reads again which machines there are. */
  async #look(): Promise<void> {
    const { config, records } = this.#parts;
    this.#looked = this.#now();
    this.#known = knownMachines(config(), await records());
    this.#byMac = new Map(this.#known.flatMap(({ name, machine }) => machine.mac.map((mac) => [mac, name])));
    await this.#guests.leave(this.#byMac);
  }

  #loopMinutes(): number {
    return Math.round(this.#parts.config().boot.loops.within / 60_000);
  }

  #inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(name) ?? Promise.resolve()).then(work);
    const over = turn.then(
      () => {},
      () => {},
    );
    this.#turns.set(name, over);
    void over.then(() => this.#turns.get(name) === over && this.#turns.delete(name));
    return turn;
  }
}
