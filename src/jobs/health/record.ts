/** How healthy everything is, as the hub tells it and commands read it: families `health`, `health.told` and `health.maintenance` of live state. */
import { z } from 'zod';
import { STATES } from '../../hubs/health/pulse.ts';
import type { Standing } from '../../hubs/health/standing.ts';
import type { LiveState } from '../step.ts';

const State = z.enum(STATES);
const Told = z.object({
  state: State,
  percent: z.number().optional(),
  reasons: z.array(
    z.object({
      component: z.string(),
      check: z.string().optional(),
      status: State,
      detail: z.string().optional(),
      flapping: z.boolean().optional(),
      because: z.string().optional(),
      since: z.number(),
    }),
  ),
  maintenance: z.string().optional(),
  since: z.number(),
  chart: z.array(z.number()),
  changes: z.array(z.object({ at: z.number(), from: State, to: State, why: z.string().optional() })),
  uptime: z.object({ days: z.number(), share: z.number(), watched: z.number() }).optional(),
  lines: z.array(z.string()),
}) satisfies z.ZodType<Standing>;

/** A while in which nothing of a subject is told. */
const Quiet = z.object({
  /** ms since the epoch. */
  until: z.number(),
  why: z.string(),
  by: z.string(),
});
export type Quiet = z.output<typeof Quiet>;

export class HealthRecord {
  readonly #state: LiveState;

  constructor(state: LiveState) {
    this.#state = state;
  }

  async publish(subject: string, standing: Standing | undefined): Promise<void> {
    if (standing) await this.#state.set('health', subject, standing);
    else await this.#state.remove('health', subject);
  }

  /** Notes that the hub is there, ms since the epoch. */
  async beat(at: number): Promise<void> {
    await this.#state.set('health.told', 'at', at);
  }

  /** How something is; undefined where nothing was told of it. */
  async get(subject: string): Promise<Standing | undefined> {
    return Told.safeParse(await this.#state.get('health', subject)).data;
  }

  /** All that was told, by subject. */
  async all(): Promise<Record<string, Standing>> {
    const all = Object.entries(await this.#state.all('health')).flatMap(([subject, value]) => {
      const told = Told.safeParse(value);
      return told.success ? [[subject, told.data] as const] : [];
    });
    return Object.fromEntries(all);
  }

  /** When the hub gave its last sign, ms since the epoch; undefined where it never did. */
  async told(): Promise<number | undefined> {
    return z
      .number()
      .optional()
      .parse((await this.#state.get('health.told', 'at')) ?? undefined);
  }

  async quieten(target: string, quiet: Quiet): Promise<void> {
    await this.#state.set('health.maintenance', target, quiet);
  }

  /** Ends it; false where there was none. */
  async wake(target: string): Promise<boolean> {
    const was = await this.quiet();
    await this.#state.remove('health.maintenance', target);
    return Object.hasOwn(was, target);
  }

  /** What is quiet now, by target; what is over is forgotten. */
  async quiet(now = Date.now()): Promise<Record<string, Quiet>> {
    const entries = Object.entries(await this.#state.all('health.maintenance'));
    const known = entries.flatMap(([target, value]) => {
      const quiet = Quiet.safeParse(value);
      return quiet.success && quiet.data.until > now ? [[target, quiet.data] as const] : [];
    });
    for (const [target] of entries)
      if (!known.some(([other]) => other === target)) await this.#state.remove('health.maintenance', target);
    return Object.fromEntries(known);
  }
}
