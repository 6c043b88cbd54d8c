/** The steps of the log hub. */
import type { AnyStep } from '../step.ts';
import { collect } from './collect.ts';
import { follow } from './follow.ts';

export const logSteps: readonly AnyStep[] = [collect, follow];
