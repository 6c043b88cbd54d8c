/** A plan's steps as the declarations that would run. */
import { buildSteps } from '../../src/jobs/build/catalog.ts';
import { hostSteps } from '../../src/jobs/host/catalog.ts';
import type { Plan } from '../../src/jobs/plan.ts';
import type { AnyStep } from '../../src/jobs/step.ts';

/** Every step of a plan in order, with its input. */
export function stepsOf(plan: Plan): { step: AnyStep; input: Record<string, unknown> }[] {
  return plan.stages.flatMap(({ steps }) =>
    steps.map((planned) => {
      const step = [...hostSteps, ...buildSteps].find(({ name }) => name === planned.step);
      if (!step) throw new Error(`no step is called ${planned.step}`);
      return { step, input: planned.input };
    }),
  );
}
