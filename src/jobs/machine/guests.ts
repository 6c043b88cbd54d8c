/** Machines that nobody knows, as they ask: noted, told with what is in them, and forgotten once they are ours. */
import { Allowance } from '../../allowance.ts';
import type { Asking, Inventory } from '../../boot.ts';
import type { LiveState } from '../step.ts';
import { strangerAlarm, strangerKey } from './alarms.ts';
import type { Bell } from './bell.ts';
import {
  adoptedIn,
  forgetAdopted,
  forgetStranger,
  MOST_STRANGERS,
  noteAdopted,
  noteStranger,
  type Stranger,
  strangersIn,
} from './strangers.ts';
import { newToken } from './token.ts';

/** How often one that asks again and again is noted, ms. */
const AGAIN_MS = 60_000;
/** How many are noted: a second in the long run, and at once. A room that is switched on is fewer; who makes addresses up is heard less. */
const NOTED = { perSecond: 1, burst: MOST_STRANGERS };

export class Guests {
  readonly #state: LiveState;
  readonly #bell: Bell;
  readonly #noted = new Allowance(NOTED.perSecond, NOTED.burst);
  #strangers = new Map<string, Stranger>();
  /** Tokens of those that are ours by now, by MAC address: they may still be in the boot that shows what is in them. */
  #adopted = new Map<string, string>();

  constructor(parts: { state: LiveState; bell: Bell }) {
    this.#state = parts.state;
    this.#bell = parts.bell;
  }

  /** Takes up those that are kept. */
  async load(): Promise<void> {
    this.#strangers = await strangersIn(this.#state);
    this.#adopted = await adoptedIn(this.#state);
  }

  /**
   * One asks; gives the token of a boot that shows what is in it, undefined where too many ask by now. One that shows nothing is told
   * at once.
   */
  async ask(
    { mac, uuid, serial, firmware, address }: Asking,
    now: number,
    shows: boolean,
  ): Promise<string | undefined> {
    const before = this.#strangers.get(mac);
    const notes = shows || !before || now - before.last > AGAIN_MS;
    if (notes && !this.#noted.take()) return undefined;
    // It boots anew: what it said under another token may be of somebody else.
    const token = newToken();
    const first = before?.first ?? now;
    const stranger: Stranger = {
      ...{ mac, uuid, serial, firmware, address, first, last: now },
      ...(shows && { token }),
      ...(before?.inventory && { inventory: before.inventory }),
    };
    if (notes) await this.#note(stranger);
    if (notes && (!before || !shows)) this.#bell.raise(strangerAlarm(stranger));
    return token;
  }

  /** One says what is in it; false where nobody knows the token. */
  async tell(token: string, inventory: Inventory, now: number): Promise<boolean> {
    const stranger = this.ofToken(token);
    if (!stranger) return this.knows(token);
    const told = { ...stranger, inventory, last: now };
    await this.#note(told);
    this.#bell.raise(strangerAlarm(told));
    return true;
  }

  /** Whether a token is of a boot that shows what is in a machine; of one that is ours by now, too. */
  knows(token: string): boolean {
    return this.macOf(token) !== undefined;
  }

  /** The machine that such a boot is of. */
  macOf(token: string): string | undefined {
    return this.ofToken(token)?.mac ?? [...this.#adopted].find(([, own]) => own === token)?.[0];
  }

  ofToken(token: string): Stranger | undefined {
    return [...this.#strangers.values()].find((one) => one.token === token);
  }

  /** One of ours asks for something to boot: it is no longer in the boot that showed what is in it. */
  arrived(mac: string): Promise<void> {
    return forgetAdopted(this.#state, this.#adopted, mac);
  }

  /** Those that are ours by now are no strangers any more. */
  async leave(known: ReadonlyMap<string, string>): Promise<void> {
    for (const mac of [...this.#strangers.keys()]) {
      if (!known.has(mac)) continue;
      const { token } = this.#strangers.get(mac) ?? {};
      if (token !== undefined) await noteAdopted(this.#state, this.#adopted, mac, token);
      await forgetStranger(this.#state, this.#strangers, mac);
      this.#bell.clear(strangerKey(mac));
    }
  }

  async #note(stranger: Stranger): Promise<void> {
    const forgotten = await noteStranger(this.#state, this.#strangers, stranger);
    for (const mac of forgotten) this.#bell.clear(strangerKey(mac));
  }
}
