/** Hubs: how soon a changed value is in its file, what a start costs through `hub`, what the log store takes and finds, how soon a printed line is seen, and logs on to TCP. */
import type { Area } from '../figure.ts';
import { alarms } from './alarms.ts';
import { checks } from './checks.ts';
import { config } from './config.ts';
import { live } from './live.ts';
import { logStore } from './log-store.ts';
import { start } from './start.ts';
import { toTcp } from './to-tcp.ts';

export const hubs: Area = async function* (options) {
  yield* config(options);
  yield* alarms(options);
  yield* checks(options);
  yield* start(options);
  yield* logStore(options);
  yield* live(options);
  yield* toTcp(options);
};
