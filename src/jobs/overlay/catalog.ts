/** The steps on overlay networks. */
import type { AnyStep } from '../step.ts';
import { admitMember, expelMember } from './admit.ts';
import { forgetMember } from './forget.ts';
import { joinOverlay, leaveOverlay, tellOverlay } from './join.ts';
import { testOverlay } from './test.ts';

export const overlaySteps: readonly AnyStep[] = [
  joinOverlay,
  tellOverlay,
  admitMember,
  testOverlay,
  leaveOverlay,
  expelMember,
  forgetMember,
];
