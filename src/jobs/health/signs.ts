/** Workers, managers, chat services and hubs, by their signs of life. */
import type { Observation } from '../../hubs/health/monitor.ts';
import { nameOf } from '../../hubs/health/names.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';

/** How long somebody may be silent, ms; chat services are heard less often. */
const PATIENCE_MS = 15_000;
const PLATFORM_MS = 90_000;

/** A sign of life, as `jobs/alerts` keeps it. */
export interface Sign {
  name: string;
  /** The number of the last. */
  last: number;
  facts: { where?: string; hosts?: string[] };
}

export interface SignsParts {
  seen: { all(): Promise<Sign[]> };
  observe(seen: Observation): void;
  forget(id: string): void;
  now?: () => number;
}

export class SignsOfLife {
  readonly #parts: SignsParts;
  readonly #now: () => number;
  /** The number of each one's last sign, and since when that is known. */
  readonly #last = new Map<string, { id: string; last: number; since: number }>();

  constructor(parts: SignsParts) {
    this.#parts = parts;
    this.#now = parts.now ?? (() => performance.now());
  }

  /** Looks who gave a sign since the last look. */
  async look(): Promise<void> {
    const signs = (await this.#parts.seen.all()).filter(({ name }) =>
      /^(?:worker|manager|platform|hub)\//.test(name),
    );
    const names = new Set(signs.map(({ name }) => name));
    for (const [name, { id }] of this.#last) {
      if (names.has(name)) continue;
      this.#last.delete(name);
      if (![...this.#last.values()].some((other) => other.id === id)) this.#parts.forget(id);
    }
    const now = this.#now();
    for (const sign of signs) {
      const known = this.#last.get(sign.name);
      const fresh = known?.last === sign.last ? known : { id: idOf(sign), last: sign.last, since: now };
      this.#last.set(sign.name, fresh);
      const silent = now - fresh.since;
      const patience = sign.name.startsWith('platform/') ? PLATFORM_MS : PATIENCE_MS;
      const detail = messages().health.probe.late({ time: humanDuration(silent) });
      this.#parts.observe({
        component: fresh.id,
        check: 'life',
        sure: true,
        ...(silent < patience ? { status: 'healthy' as const } : { status: 'unhealthy' as const, detail }),
      });
    }
  }
}

/** A worker by its hosts, a manager or hub by its machine, a chat service by its name. */
function idOf({ name, facts }: Sign): string {
  const [kind, own = ''] = name.split('/');
  const where = facts.hosts?.join('+') ?? facts.where?.split(/[ ,]/)[0] ?? own;
  return `${kind}/${nameOf(kind === 'platform' ? own : where)}`;
}
