/** Hubs: how soon a changed value is in its file, and what a container's start costs through the program `hub`. */
import type { Area } from '../figure.ts';
import { config } from './config.ts';
import { start } from './start.ts';

export const hubs: Area = async function* (options) {
  yield* config(options);
  yield* start(options);
};
