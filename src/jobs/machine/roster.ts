/** The machines there are, as the desk knows them by now. */
import { remember } from '../../bounded.ts';
import type { Config } from '../../config/config.ts';
import { type Known, knownMachines, type Records, stranger } from './record.ts';

/** The most cards that are learned of machines that are known by something else: whoever has their UUID may make up any number. */
const MOST_LEARNED = 4_096;

export interface RosterParts {
  config(): Pick<Config, 'machines'>;
  /** The machines that were added in chats. */
  records(): Promise<Records>;
}

export class Roster {
  readonly #parts: RosterParts;
  #known: readonly Known[] = [];
  #names: ReadonlyMap<string, Known> = new Map();
  #byMac: ReadonlyMap<string, string> = new Map();
  readonly #learned = new Map<string, string>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  /** Reads again which there are; gives the names of those that are gone since. */
  async look(): Promise<string[]> {
    const { config, records } = this.#parts;
    const known = knownMachines(config(), await records());
    const before = this.#names;
    this.#known = known;
    this.#names = new Map(known.map((one) => [one.name, one]));
    this.#byMac = new Map(known.flatMap(({ name, machine }) => machine.mac.map((mac) => [mac, name])));
    const gone = [...before.keys()].filter((name) => !this.#names.has(name));
    for (const [mac, name] of this.#learned) if (!this.#names.has(name)) this.#learned.delete(mac);
    return gone;
  }

  get known(): readonly Known[] {
    return this.#known;
  }

  /** The names of machines by those addresses that they are known by. */
  get byMac(): ReadonlyMap<string, string> {
    return this.#byMac;
  }

  /** One by its name. */
  named(name: string): Known | undefined {
    return this.#names.get(name);
  }

  /** The same; of one that is gone nothing is known. */
  was(name: string): Known {
    return this.#names.get(name) ?? stranger(name);
  }

  /** Whose card this is: by what is known of the machine, or as it asked with it and was known by something else. */
  ofMac(mac: string): string | undefined {
    return this.#byMac.get(mac) ?? this.#learned.get(mac);
  }

  learn(mac: string, name: string): void {
    if (!this.#byMac.has(mac)) remember(this.#learned, mac, name, MOST_LEARNED);
  }
}
