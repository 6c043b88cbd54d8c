/** The steps on images of machines. */
import type { AnyStep } from '../step.ts';
import { buildImage } from './build.ts';
import { gateImage } from './gate.ts';
import { promoteImage, rollBackImage } from './promote.ts';
import { pruneImage } from './prune.ts';
import { publishImage } from './publish.ts';

export const imageSteps: readonly AnyStep[] = [
  buildImage,
  publishImage,
  gateImage,
  promoteImage,
  rollBackImage,
  pruneImage,
];
