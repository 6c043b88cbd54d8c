/** The spine: from a line to a started step, the grammar, throughput with audit, and what an idle Muster costs. */
import type { Area } from '../figure.ts';
import { grammar } from './grammar.ts';
import { idle } from './idle.ts';
import { pickup } from './pickup.ts';
import { throughput } from './throughput.ts';

export const spine: Area = async function* (options) {
  yield* pickup(options);
  yield* grammar(options);
  yield* throughput(options);
  yield* idle(options);
};
