/** The steps on images of machines. */
import type { AnyStep } from '../step.ts';
import { promoteImage, rollBackImage } from './promote.ts';
import { pruneImage } from './prune.ts';
import { publishImage } from './publish.ts';

export const imageSteps: readonly AnyStep[] = [publishImage, promoteImage, rollBackImage, pruneImage];
