/** Genesis: how quickly images are built, given out and booted, beside those who do the same. */
import type { Area } from '../figure.ts';
import { boots } from './boots.ts';
import { builds } from './builds.ts';
import { canary } from './canary.ts';
import { downloads } from './downloads.ts';
import { polling } from './polling.ts';

export const genesis: Area = async function* (options) {
  yield* builds(options);
  yield* downloads(options);
  yield* polling(options);
  yield* canary(options);
  yield* boots(options);
};
