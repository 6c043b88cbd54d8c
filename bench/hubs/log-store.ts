/** The log store: a file into it per core, a search beside zgrep, kill -9 under way, files that are rotated, and a thousand streams. */
import type { Area } from '../figure.ts';
import { ingest } from './ingest.ts';
import { kills } from './kills.ts';
import { rotations } from './rotations.ts';
import { search } from './search.ts';
import { streams } from './streams.ts';

export const logStore: Area = async function* (options) {
  yield* ingest(options);
  yield* streams(options);
  yield* kills(options);
  yield* rotations(options);
  yield* search(options);
};
