/** Other DHCP servers: who of them is one too many, and which machine heeded it. */
import type { DhcpMessage } from './message.ts';

/** How long it is waited until it is known whether a machine is on our network, and how long that holds, ms. */
const HOLDS_MS = { wait: 1_000, known: 600_000 };
/** How often the same is told, ms. */
const AGAIN_MS = 10_000;
const MOST = 2_048;

export interface RivalsParts {
  /** Our own address, as it is now, and whether there is to be another server beside us. */
  own(): { address: string; proxy: boolean };
  /** Told of one that only offered something (`offered`), and of one that the machine chose. */
  tell(rival: { mac: string; server: string; offered?: true }): void;
}

export class Rivals {
  readonly #parts: RivalsParts;
  readonly #here = new Map<string, number>();
  readonly #told = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(parts: RivalsParts) {
    this.#parts = parts;
  }

  /** Notes that dnsmasq heard a machine: what is overheard may come from other networks of this host. */
  here(mac: string): void {
    note(this.#here, mac);
  }

  /** Whether dnsmasq heard it lately. */
  isHere(mac: string): boolean {
    return performance.now() - (this.#here.get(mac) ?? Number.NEGATIVE_INFINITY) < HOLDS_MS.known;
  }

  /** Looks at what was overheard. */
  heard({ kind, mac, server, boots }: DhcpMessage): void {
    const { address, proxy } = this.#parts.own();
    if (server === undefined || server === '0.0.0.0' || server === address || kind === 'discover') return;
    // Beside another server it is well that machines ask it; only what to boot is not its business.
    if (proxy && (kind === 'request' || !boots)) return;
    // Beside another server what was chosen cannot be seen.
    const offered = kind === 'offer' && !proxy;
    const key = `${mac} ${server} ${offered}`;
    if (performance.now() - (this.#told.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    note(this.#told, key);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.isHere(mac)) this.#parts.tell({ mac, server, ...(offered && { offered }) });
      else this.#told.delete(key);
    }, HOLDS_MS.wait);
    this.#timers.add(timer);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** Notes when; the oldest are forgotten first. */
function note(map: Map<string, number>, key: string): void {
  map.delete(key);
  map.set(key, performance.now());
  const [oldest] = map.keys();
  if (map.size > MOST) map.delete(oldest as string);
}
