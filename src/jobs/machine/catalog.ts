/** The steps on machines. */
import type { AnyStep } from '../step.ts';
import { awaitStack } from './await-stack.ts';
import { awaitStage, startBoot } from './boot.ts';
import { enterMachine } from './enter.ts';
import { forgetMachine } from './forget.ts';
import { renewMachine } from './renew.ts';

export const machineSteps: readonly AnyStep[] = [
  startBoot,
  awaitStage,
  awaitStack,
  renewMachine,
  enterMachine,
  forgetMachine,
];
