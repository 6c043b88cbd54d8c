/** Says as health which live generations show to the hub what soon runs out: it is renewed at half of its time, and that did not work. */
import type { Observation } from '../../hubs/health/monitor.ts';
import { appId } from '../../hubs/health/names.ts';
import { messages } from '../../messages/messages.ts';
import { humanDuration } from '../../units.ts';
import type { LiveState } from '../step.ts';
import { heldBy } from './identities.ts';

/** The share of its time that is left when it is late. */
const LATE = 0.25;

export interface LateParts {
  state: LiveState;
  /** The apps that are configured. */
  apps(): readonly string[];
  observe(seen: Observation): void;
  forget(id: string, check: string): void;
  /** The time in ms; the real one by default. */
  now?(): number;
}

export class LateIdentities {
  readonly #parts: LateParts;
  #known = new Map<string, () => void>();

  constructor(parts: LateParts) {
    this.#parts = parts;
  }

  /** Looks at all of them; one that is renewed is told of no more. */
  async look(): Promise<void> {
    const { state, apps, observe, forget, now = Date.now } = this.#parts;
    const late = new Map<string, () => void>();
    for (const app of apps())
      for (const [host, value] of Object.entries(await state.all(`generations/${app}`))) {
        const held = await heldBy(state, { app, host });
        if (!held || held.generation !== (value as { current?: string }).current) continue;
        const [from, until] = [Date.parse(held.from), Date.parse(held.until)];
        const left = until - now();
        if (left > (until - from) * LATE) continue;
        const words = messages().health.identity;
        const check = `identity@${host}`;
        late.set(`${app} ${host}`, () => forget(appId(app), check));
        observe({
          component: appId(app),
          check,
          sure: true,
          status: left > 0 ? 'degraded' : 'unhealthy',
          detail: left > 0 ? words.late({ host, time: humanDuration(left) }) : words.over({ host }),
        });
      }
    for (const [name, over] of this.#known) if (!late.has(name)) over();
    this.#known = late;
  }
}
