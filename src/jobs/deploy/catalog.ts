/** The steps that deploy apps. */
import type { AnyStep } from '../step.ts';
import { build } from './build.ts';
import { composeFile } from './compose.ts';
import { fetch } from './fetch.ts';
import { healthy } from './healthy.ts';
import { keep } from './keep.ts';
import { logs } from './logs.ts';
import { renewIdentities } from './renew.ts';
import { restart } from './restart.ts';
import { start } from './start.ts';

export const deploySteps: readonly AnyStep[] = [
  fetch,
  composeFile,
  build,
  start,
  restart,
  healthy,
  keep,
  logs,
  renewIdentities,
];
