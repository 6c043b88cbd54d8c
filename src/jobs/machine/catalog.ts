/** The steps on machines. */
import type { AnyStep } from '../step.ts';
import { awaitStage, startBoot } from './boot.ts';
import { forgetMachine } from './forget.ts';
import { renewMachine } from './renew.ts';

export const machineSteps: readonly AnyStep[] = [startBoot, awaitStage, renewMachine, forgetMachine];
