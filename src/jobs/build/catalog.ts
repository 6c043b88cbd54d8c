/** The steps that build images. */
import type { AnyStep } from '../step.ts';
import { importBase } from './import.ts';
import { buildRoot } from './root.ts';

export const buildSteps: readonly AnyStep[] = [buildRoot, importBase];
