/** A service of `muster start`: a process of its own, which is watched over as long as the configuration wants it. */
import { type KeptChild, keepRunning } from '../adapters/local/child.ts';
import type { Alarm, Alarms } from '../alarm.ts';
import { type ErrorData, MusterError } from '../errors.ts';
import type { Log } from '../log.ts';

/** How often it is looked whether the configuration wants it, ms. */
const LOOK_MS = 1_000;

export interface ServiceChildParts {
  /** What it is called, also in alerts. */
  name: string;
  wanted(): boolean;
  /** How it is started. */
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Whether it ended only because another one does its work. */
  waits?(reason: ErrorData): boolean | Promise<boolean>;
  /** What is said where it ended by itself: the reason where it gave one, and how it ended. */
  alarm(reason: MusterError | undefined, how: string): Omit<Alarm, 'key'>;
  alerts: Alarms;
  log: Log;
}

/** Starts it where it is to be, also when that is written later, and ends it where it is to be no more. */
export function keepService(parts: ServiceChildParts): KeptChild {
  const { name, wanted, argv, env, waits, alarm, alerts, log } = parts;
  let child: KeptChild | undefined;
  let reason: ErrorData | undefined;
  let closing: Promise<void> = Promise.resolve();
  const told = (done: Promise<void>) =>
    void done.catch((err) => log.warn({ err }, 'an alert could not be raised'));
  const ended = async (why: ErrorData | undefined, how: { code: number | null; signal: string | null }) => {
    const facts = { service: name, ...how, reason: why?.summary };
    if (why && (await waits?.(why))) log.info(facts, 'another one does the work of a service');
    else {
      log.error(facts, 'a service ended; it is started again');
      await alerts.raise({
        key: name,
        ...alarm(why && MusterError.from(why), `${how.signal ?? how.code}`),
      });
    }
  };
  const begin = (): KeptChild =>
    keepRunning({
      ...{ argv, env },
      onMessage(message) {
        const news = message as { up?: true; error?: ErrorData };
        reason = news.error;
        if (news.up) told(alerts.clear(name));
      },
      onEnd({ code, signal }) {
        told(ended(reason, { code, signal }));
        reason = undefined;
      },
    });
  const end = async () => {
    const one = child;
    child = undefined;
    await one?.close();
    if (one) await alerts.clear(name).catch(() => {});
  };
  const look = () => {
    if (wanted()) child ??= begin();
    else if (child) closing = end();
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    async close() {
      clearInterval(timer);
      await Promise.all([closing, end()]);
    },
  };
}
