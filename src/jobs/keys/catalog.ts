/** The steps on who may log in. */
import type { AnyStep } from '../step.ts';
import { authoriseKeys, syncKeys } from './write.ts';

export const keySteps: readonly AnyStep[] = [syncKeys, authoriseKeys];
