/** The chat: nothing lost and nothing twice under fire, never too fast, quick to answer, schedules kept. */
import type { Area } from '../figure.ts';
import { acknowledged } from './acknowledged.ts';
import { chaos } from './chaos.ts';

export const chat: Area = async function* (options) {
  yield* acknowledged(options);
  yield* chaos(options);
};
