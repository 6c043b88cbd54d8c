/** Agents: how much longer a step takes over one, what strangers can do to one, and firewalls that change. */
import type { Area } from '../figure.ts';
import { hostile } from './hostile.ts';
import { lockouts } from './lockouts.ts';
import { probes } from './probes.ts';
import { ruleset } from './ruleset.ts';
import { steps } from './steps.ts';

export const agent: Area = async function* (options) {
  yield* steps(options);
  yield* hostile(options);
  yield* ruleset(options);
  yield* lockouts(options);
  yield* probes(options);
};
