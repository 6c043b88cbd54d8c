/** Every kind of step, by name: explicit, no scanning of folders. */

import { buildSteps } from './build/catalog.ts';
import { deploySteps } from './deploy/catalog.ts';
import { hostSteps } from './host/catalog.ts';
import type { AnyStep } from './step.ts';

const STEPS = new Map<string, AnyStep>(
  [...deploySteps, ...buildSteps, ...hostSteps].map((step) => [step.name, step]),
);

/** The step of a name; a plan that names an unknown one was made by another version of Muster. */
export function stepNamed(name: string): AnyStep {
  const step = STEPS.get(name);
  if (!step) throw new TypeError(`there is no step called ${name}`);
  return step;
}
