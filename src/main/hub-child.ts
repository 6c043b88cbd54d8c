/** The hub of `muster start`: a process of its own, which is watched over as long as the configuration has a hub. */

import { type KeptChild, keepRunning } from '../adapters/local/child.ts';
import type { Alarms } from '../alarm.ts';
import type { Config } from '../config/config.ts';
import { type ErrorData, MusterError } from '../errors.ts';
import type { Log } from '../log.ts';
import { messages } from '../messages/messages.ts';

/** How often it is looked whether the configuration has one, ms. */
const LOOK_MS = 1_000;
const KEY = 'hub';
/** Names that nobody answers for hold a thread of Node for as long as they are asked for; files need these, too. */
const ENV = { UV_THREADPOOL_SIZE: '32' };

export interface HubChildParts {
  config(): Pick<Config, 'hub'>;
  /** How it is started. */
  argv: readonly string[];
  alerts: Alarms;
  log: Log;
}

/** Starts the hub where there is to be one, also when that is written later, and ends it where there is none any more. */
export function keepHub({ config, argv, alerts, log }: HubChildParts): KeptChild {
  let child: KeptChild | undefined;
  let reason: ErrorData | undefined;
  let closing: Promise<void> = Promise.resolve();
  const told = (done: Promise<void>) =>
    void done.catch((err) => log.warn({ err }, 'an alert could not be raised'));
  const begin = (): KeptChild =>
    keepRunning({
      argv,
      env: ENV,
      onMessage(message) {
        const news = message as { up?: true; error?: ErrorData };
        reason = news.error;
        if (news.up) told(alerts.clear(KEY));
      },
      onEnd({ code, signal, pause }) {
        // Another manager's hub is up: this one waits for its turn.
        const waits = reason?.code === 'hub.taken' && reason.facts.where !== undefined;
        const facts = { code, signal, pause, reason: reason?.summary };
        if (waits) log.info(facts, 'another hub is up; it is looked again');
        else {
          log.error(facts, 'the hub ended; it is started again');
          told(alerts.raise(alarmOf(reason && MusterError.from(reason), `${signal ?? code}`)));
        }
        reason = undefined;
      },
    });
  const end = async () => {
    const one = child;
    child = undefined;
    await one?.close();
    if (one) await alerts.clear(KEY).catch(() => {});
  };
  const look = () => {
    const { address, start } = config().hub;
    if (address !== undefined && start) child ??= begin();
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

function alarmOf(error: MusterError | undefined, how: string): Parameters<Alarms['raise']>[0] {
  const words = messages().alerts.hub;
  return {
    key: KEY,
    severity: 'critical',
    cause: 'hub.down',
    subject: 'hub/hub',
    summary: words.summary,
    over: words.over,
    lines: [error?.message ?? words.ended({ how })],
    hint: error?.hint ?? words.hint,
  };
}
