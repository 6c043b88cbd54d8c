/** Whether the generation of a caller is live, out of what deploys note. Key family `state` of `generations/APP`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Caller } from '../../hub.ts';
import type { LiveState } from '../../jobs/step.ts';

/** What `deploy.keep` notes. */
const Noted = z.object({
  current: z.string().optional(),
  /** When that was noted, by the manager's clock; absent where that was long ago. */
  since: z.string().optional(),
  list: z.array(z.object({ generation: z.string(), at: z.string() })).default([]),
});

/** How long an answer counts, and how long Redis may take, ms. */
const COUNTS_MS = 1_000;
const WITHIN_MS = 1_000;
/** How long an app that was never live may take to become it, ms. */
const BIRTH_MS = 60 * 60_000;

/**
 * A generation is retired once another one went live on its host after its certificate was made: what was made later is about to
 * take that one's place. So nothing has to be taken back from anybody when an app is rolled back.
 */
export class Liveness {
  readonly #state: Pick<LiveState, 'get'>;
  readonly #now: () => number;
  readonly #known = new Map<string, { noted: z.infer<typeof Noted>; at: number }>();

  constructor(state: Pick<LiveState, 'get'>, now: () => number = Date.now) {
    this.#state = state;
    this.#now = now;
  }

  /** `since` is when the certificate was made, ms. Undefined where nobody can say: Redis is away, and was not asked before. */
  async isLive({ app, host, generation }: Caller, since: number): Promise<boolean | undefined> {
    const noted = await this.#noted(app, host);
    if (!noted) return undefined;
    const { current, since: noticed, list } = noted;
    if (current === generation) return true;
    // What the host's own clock said counts only where nothing else is known.
    const live = noticed ?? list.find((entry) => entry.generation === current)?.at;
    return current !== undefined && live !== undefined
      ? since > Date.parse(live)
      : this.#now() - since < BIRTH_MS;
  }

  async #noted(app: string, host: string): Promise<z.infer<typeof Noted> | undefined> {
    const name = `${app} ${host}`;
    const known = this.#known.get(name);
    const now = performance.now();
    if (known && now - known.at < COUNTS_MS) return known.noted;
    const asked = this.#state.get(`generations/${app}`, host).then(
      (value) => Noted.safeParse(value ?? {}).data,
      () => undefined,
    );
    const noted = (await Promise.race([asked, sleep(WITHIN_MS, undefined, { ref: false })])) ?? known?.noted;
    if (noted) this.#known.set(name, { noted, at: now });
    return noted;
  }
}
