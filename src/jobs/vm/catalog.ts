/** The steps on virtual machines. */
import type { AnyStep } from '../step.ts';
import { createVirtual, destroyVirtual } from './create.ts';
import { lookAtVirtuals, showConsole } from './look.ts';

export const virtualSteps: readonly AnyStep[] = [createVirtual, destroyVirtual, lookAtVirtuals, showConsole];
