/** Walks a plan as a run does, but in this process: stages in order, undo in reverse from the stage that failed. */
import { stepNamed } from '../../../src/jobs/catalog.ts';
import type { Plan } from '../../../src/jobs/plan.ts';
import type { Beside, LiveState, PlannedStep, StepContext } from '../../../src/jobs/step.ts';
import type { Shell } from '../../../src/shell.ts';
import { alone } from '../beside.ts';
import { desk } from '../desk.ts';

export interface Walk {
  /** Of the step that failed. */
  error?: Error & { code?: string; lines?: readonly string[]; hint?: string };
  /** The step that failed. */
  failed?: string;
  lines: string[];
  notes: string[];
  shares: number[];
}

export interface Place {
  shell: Shell;
  root: string;
  tools: Record<string, unknown>;
  state: LiveState;
  /** What steps are told beside their host before they begin; nothing where it is absent. */
  beside?: Pick<Beside, 'config' | 'hub'>;
}

export interface Walking {
  signal?: AbortSignal;
  /** Sees each line with the name of the step that wrote it. */
  onLine?: (line: string, step: string) => void;
  /** Called before each step. */
  onStep?: (step: string) => void;
}

export async function walk(
  plan: Plan,
  run: string,
  place: Place,
  { signal, onLine, onStep }: Walking = {},
): Promise<Walk> {
  const { context, ...said } = desk(place.shell.marked(run), place.root, signal);
  const origin = plan.origin ?? run;
  const when = () => ({ run, origin, at: new Date().toISOString() });
  let at = '';
  const report = {
    ...context.report,
    line(text: string) {
      context.report.line(text);
      onLine?.(text, at);
    },
  };
  const own: StepContext = { ...context, run, origin, report };
  const done: PlannedStep[] = [];
  const secret = () => Promise.reject(new Error('no secrets here'));
  /** The input of a step with what it is told. */
  const told = async (step: PlannedStep, direction: Beside['direction']) => {
    const { state, beside } = place;
    if (!beside) return step.input;
    const note = (text: string) => context.report.note(text);
    const about = { ...alone, ...beside, state, direction, run, origin, secret, note };
    return { ...step.input, ...(await stepNamed(step.step).brief?.(step.input as never, about)) };
  };
  try {
    for (const step of plan.stages.flatMap((stage) => stage.steps)) {
      at = step.step;
      onStep?.(at);
      done.unshift(step);
      const declared = stepNamed(step.step);
      const input = await told(step, 'do');
      const result = await declared.perform(input, own, place.tools);
      await declared.record?.(input as never, result, place.state, when());
    }
    return said;
  } catch (error) {
    const failed = at;
    const back = { ...own, signal: new AbortController().signal };
    for (const step of done) {
      const declared = stepNamed(step.step);
      const input = await told(step, 'undo');
      const result = await declared.revert(input, back, place.tools);
      if (result !== undefined) await declared.record?.(input as never, result as never, place.state, when());
    }
    return { ...said, error: error as Walk['error'], failed };
  }
}

/** Live state in memory. */
export function stateInMemory(): LiveState {
  const families = new Map<string, Map<string, unknown>>();
  const of = (family: string) => {
    const map = families.get(family) ?? new Map<string, unknown>();
    families.set(family, map);
    return map;
  };
  return {
    get: async (family, key) => of(family).get(key),
    set: async (family, key, value) => void of(family).set(key, structuredClone(value)),
    remove: async (family, key) => void of(family).delete(key),
    all: async (family) => Object.fromEntries(of(family)),
  };
}
