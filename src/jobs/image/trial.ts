/** A try to boot an image: what is asked for, how far it came, and how it ended. Spoken by the step and by the process that carries it out. */
import { z } from 'zod';
import { Bootable, BootNews, type BootStage, STAGES } from '../../boot.ts';
import type { Happening } from '../../hubs/boot/fixed-desk.ts';
import { GATES } from './candidate.ts';

/** What the process is told, as JSON on its standard input. */
export const TrialOrder = z.strictObject({
  /** The folder that belongs to Muster: the image is in its library. */
  root: z.string(),
  bootable: Bootable,
  firmware: z.enum(GATES),
  /** Whether it may use the processor's own virtualisation, where there is one. */
  fast: z.boolean(),
});
export type TrialOrder = z.infer<typeof TrialOrder>;

/** Why a try failed: the stage that was not reached, and a code. */
export const TrialFailure = z.strictObject({
  stage: z.enum(STAGES),
  /** `deadline`, `restarted`, `ended` (QEMU did), or `told`: what the machine said itself is in `cause` then. */
  code: z.enum(['deadline', 'restarted', 'ended', 'told']),
  cause: z.string().default(''),
  detail: z.string().default(''),
});
export type TrialFailure = z.infer<typeof TrialFailure>;

/** What the process says, a line of JSON each. Times are ms since power-on. */
export const TrialNews = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('line'), text: z.string() }),
  z.strictObject({ kind: z.literal('stage'), stage: z.enum(STAGES), ms: z.number() }),
  z.strictObject({ kind: z.literal('news'), news: BootNews }),
  z.strictObject({
    kind: z.literal('end'),
    ms: z.number(),
    failure: TrialFailure.optional(),
    console: z.array(z.string()).max(60),
  }),
]);
export type TrialNews = z.infer<typeof TrialNews>;

/** How long the next stage may take after each, ms: emulated, and beside others that are. */
const MINUTE = 60_000;
export const TRIAL_DEADLINES: Record<BootStage, number> = {
  dhcp: 3 * MINUTE,
  loader: 3 * MINUTE,
  script: 3 * MINUTE,
  kernel: 3 * MINUTE,
  initrd: 3 * MINUTE,
  root: 10 * MINUTE,
  configured: 10 * MINUTE,
  up: 10 * MINUTE,
};

/** Follows one machine through its stages. Pure: the time is told. */
export class Trial {
  readonly reached = new Map<BootStage, number>();
  #last: BootStage | undefined;
  #since = 0;
  #ended = false;

  /** What a happening means: stages that were reached by it, and how the try ended, if it did. */
  take(happening: Happening, ms: number): { stages: BootStage[]; end?: 'up' | TrialFailure } {
    if (this.#ended) return { stages: [] };
    if (happening.kind === 'asked') {
      // Who asks again after it had a kernel has started anew.
      if (this.reached.has('initrd')) return { stages: [], end: this.#fail('restarted') };
      return { stages: this.#reach('script', ms) };
    }
    if (happening.kind === 'seen') {
      const stage = stageOf(happening.sighting);
      return { stages: stage ? this.#reach(stage, ms) : [] };
    }
    if (happening.kind !== 'news') return { stages: [] };
    const { stage, outcome, cause, detail } = happening.news;
    if (outcome === 'failed') return { stages: [], end: this.#fail('told', { stage, cause, detail }) };
    if (outcome === 'retried') return { stages: [] };
    const stages = this.#reach(stage, ms);
    if (stage !== 'up') return { stages };
    this.#ended = true;
    return { stages, end: 'up' };
  }

  /** The failure where the next stage is late. */
  look(ms: number): TrialFailure | undefined {
    if (this.#ended || ms - this.#since <= TRIAL_DEADLINES[this.next]) return undefined;
    return this.#fail('deadline');
  }

  /** QEMU itself has ended. */
  ended(detail: string): TrialFailure {
    return this.#fail('ended', { detail });
  }

  /** The stage that has not been reached. */
  get next(): BootStage {
    return STAGES[this.#last === undefined ? 0 : STAGES.indexOf(this.#last) + 1] ?? 'up';
  }

  #reach(stage: BootStage, ms: number): BootStage[] {
    if (this.#last !== undefined && STAGES.indexOf(stage) <= STAGES.indexOf(this.#last)) return [];
    this.#last = stage;
    this.#since = ms;
    this.reached.set(stage, ms);
    return [stage];
  }

  #fail(code: TrialFailure['code'], facts: Partial<TrialFailure> = {}): TrialFailure {
    this.#ended = true;
    return { stage: this.next, cause: '', detail: '', ...facts, code };
  }
}

function stageOf(sighting: Extract<Happening, { kind: 'seen' }>['sighting']): BootStage | undefined {
  if (sighting.what === 'dhcp-asked') return 'dhcp';
  if (sighting.what === 'loader-sent') return 'loader';
  if (sighting.what === 'fetched' && sighting.part !== 'root') return sighting.part;
  return undefined;
}
