/** The chat: nothing lost and nothing twice under fire, never too fast, quick to answer, schedules kept. */
import type { Area } from '../figure.ts';
import { acknowledged } from './acknowledged.ts';
import { chaos } from './chaos.ts';
import { group } from './group.ts';
import { slack } from './slack.ts';
import { year } from './year.ts';

export const chat: Area = async function* (options) {
  yield* acknowledged(options);
  yield* slack(options);
  yield* group(options);
  yield* year(options);
  yield* chaos(options);
};
