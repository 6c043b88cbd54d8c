/** A desk in memory, for trying an image: it knows one image for whoever asks, or one for each MAC address. */
import { randomBytes } from 'node:crypto';
import type {
  Asking,
  Bootable,
  BootDesk,
  BootNews,
  Decision,
  Inventory,
  Sighting,
  Taker,
} from '../../boot.ts';

/** What came to pass, in the order in which it did. `at` is ms since the epoch; `mac` whose boot it is of. */
export type Happening = { at: number; mac: string } & (
  | { kind: 'asked'; asking: Asking; decision: Decision }
  | { kind: 'news'; token: string; news: BootNews }
  | { kind: 'seen'; sighting: Sighting }
  | { kind: 'given'; token: string }
  | { kind: 'discovered'; token: string; inventory: Inventory }
);

export interface FixedDeskParts {
  /** What they get: everybody the same, or by MAC address (lower case, colons); who is not in there starts its own disk. */
  images: Bootable | ReadonlyMap<string, { machine: string; bootable: Bootable }>;
  /** What they are given to be configured with (tar); an archive with nothing in it by default. */
  files?: (mac: string, token: string) => Buffer | Promise<Buffer>;
  /** Documents of cloud-init; none by default. */
  cloudInit?: (mac: string, name: string) => string | undefined;
  /** Told of everything at once. */
  onHappening?: (happening: Happening) => void;
}

/** How much is kept of what happened. */
const MOST = 10_000;
/** Two blocks of nothing: the end of an archive. */
const NOTHING = Buffer.alloc(1_024);

export class FixedDesk implements BootDesk {
  readonly happened: Happening[] = [];
  readonly #parts: FixedDeskParts;
  readonly #boots = new Map<string, { mac: string; given: string | undefined }>();

  constructor(parts: FixedDeskParts) {
    this.#parts = parts;
  }

  async decide(asking: Asking): Promise<Decision> {
    const decision = this.#decision(asking);
    if ('token' in decision) this.#boots.set(decision.token, { mac: asking.mac, given: undefined });
    this.#note({ kind: 'asked', mac: asking.mac, asking, decision });
    return decision;
  }

  async news(token: string, news: BootNews): Promise<boolean> {
    const boot = this.#boots.get(token);
    if (boot) this.#note({ kind: 'news', mac: boot.mac, token, news });
    return boot !== undefined;
  }

  seen(sighting: Sighting): void {
    const mac =
      'token' in sighting ? this.#boots.get(sighting.token)?.mac : 'mac' in sighting && sighting.mac;
    this.#note({ kind: 'seen', mac: mac || '', sighting });
  }

  async knows(token: string): Promise<boolean> {
    return this.#boots.has(token);
  }

  async files(token: string, taker?: Taker): Promise<Buffer | undefined> {
    const boot = this.#boots.get(token);
    if (!boot || (boot.given !== undefined && boot.given !== taker?.claim)) return undefined;
    boot.given = taker?.claim ?? '';
    this.#note({ kind: 'given', mac: boot.mac, token });
    return (await this.#parts.files?.(boot.mac, token)) ?? NOTHING;
  }

  async cloudInit(token: string, name: string): Promise<string | undefined> {
    const boot = this.#boots.get(token);
    return boot && this.#parts.cloudInit?.(boot.mac, name);
  }

  async discovered(token: string, inventory: Inventory): Promise<boolean> {
    const boot = this.#boots.get(token);
    if (boot) this.#note({ kind: 'discovered', mac: boot.mac, token, inventory });
    return boot !== undefined;
  }

  async restarts(token: string): Promise<boolean | undefined> {
    return this.#boots.has(token) ? false : undefined;
  }

  #decision({ mac }: Asking): Decision {
    const { images } = this.#parts;
    const own =
      'version' in images ? { machine: `m-${mac.replaceAll(':', '')}`, bootable: images } : images.get(mac);
    if (!own) return { kind: 'local', because: [] };
    const token = randomBytes(16).toString('hex');
    return { kind: 'image', token, ...own, because: [] };
  }

  #note(what: Happening extends infer One ? (One extends unknown ? Omit<One, 'at'> : never) : never): void {
    const happening = { at: Date.now(), ...what } as Happening;
    if (this.happened.length < MOST) this.happened.push(happening);
    this.#parts.onHappening?.(happening);
  }
}
