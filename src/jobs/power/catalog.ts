/** The steps that switch machines. */
import type { AnyStep } from '../step.ts';
import { lookAtPower, setPower } from './set.ts';

export const powerSteps: readonly AnyStep[] = [setPower, lookAtPower];
