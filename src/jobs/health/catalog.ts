/** The steps that look how hosts and what runs there do. */
import type { AnyStep } from '../step.ts';
import { lookAtHost } from './look.ts';
import { settledHealth } from './settled.ts';
import { watchHost } from './watch.ts';

export const healthSteps: readonly AnyStep[] = [lookAtHost, watchHost, settledHealth];
