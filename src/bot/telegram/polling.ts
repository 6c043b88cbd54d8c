/** Updates by long polling: one process at a time asks, and an update is confirmed to Telegram once it is kept. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError } from 'grammy';
import type { Log } from '../../log.ts';
import type { Ears } from '../platform.ts';
import { Reach } from './reach.ts';
import { HEARD, hear } from './updates.ts';

/** How long to wait before lines are taken again that could not be kept, ms. */
const KEEP_MS = 1_000;
/** How long at least from one poll that brought nothing to the next, ms. */
const HASTE_MS = 500;

export interface PollingParts {
  api: Api;
  /** The bot's name, asked for until it is known. */
  name(signal: AbortSignal): Promise<string>;
  /** How long a poll waits for something new, s. */
  wait: number;
  log: Log;
}

/** Polls until the signal. */
export async function poll(parts: PollingParts, ears: Ears, signal: AbortSignal): Promise<void> {
  const { api, log, wait } = parts;
  const reach = new Reach(ears, log);
  let offset: number | undefined;
  while (!signal.aborted) {
    try {
      const bot = await parts.name(signal);
      const asked = performance.now();
      const updates = await api.getUpdates(
        { offset, timeout: wait, allowed_updates: HEARD },
        signal as never,
      );
      reach.well();
      await keep(() => hear(updates, bot, ears), log, signal);
      const last = updates.at(-1);
      if (last && !signal.aborted) offset = last.update_id + 1;
      // A server or something before it may answer at once that there is nothing.
      const early = asked + Math.min(HASTE_MS, wait * 1_000) - performance.now();
      if (!last && early > 0) await sleep(early, undefined, { signal }).catch(() => {});
    } catch (err) {
      if (signal.aborted) return;
      if (isWebhook(err)) await takeAway(api, log, signal).catch((thrown) => reach.failed(thrown, signal));
      else await reach.failed(err, signal);
    }
  }
}

/** Tries until lines are kept: what is not confirmed would be told again anyway, and asking again tells nothing new. */
async function keep(take: () => Promise<void>, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await take();
    } catch (err) {
      log.warn({ err }, 'what was said in Telegram could not be kept; it is tried again');
      await sleep(KEEP_MS, undefined, { signal }).catch(() => {});
    }
  }
}

const isWebhook = (err: unknown): boolean =>
  err instanceof GrammyError && err.error_code === 409 && /webhook/i.test(err.description);

/** A webhook that was set before stands in the way of polling; what waits is kept. */
async function takeAway(api: Api, log: Log, signal: AbortSignal): Promise<void> {
  const { url } = await api.getWebhookInfo(signal as never);
  await api.deleteWebhook({ drop_pending_updates: false }, signal as never);
  log.warn({ url }, 'a webhook was set for this bot; it was taken away, as updates are polled');
}
