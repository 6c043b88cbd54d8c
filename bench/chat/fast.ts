/** A courier at work on the strict Telegram fake, both by a clock that runs faster than time. */
import { Courier } from '../../src/bot/outbox/courier.ts';
import { Outbox } from '../../src/bot/outbox/outbox.ts';
import { Telegram } from '../../src/bot/telegram/telegram.ts';
import { createLog } from '../../src/log.ts';
import { Scrubber, Secret } from '../../src/secret.ts';
import { type Telegram as Service, startTelegram } from '../../test/fakes/telegram.ts';
import { startRedis, type TestRedis } from '../../test/redis.ts';

/** How often the courier looks, ms of real time: its own waits are meant for a clock that runs as time does. */
const NUDGE_MS = 10;

/** How often the clock moves, and how far at most, ms of real time. */
const TICK_MS = 2;
const LONGEST_TICK_MS = 4;

/** A message or an edit that got through. */
export interface Spoken {
  chat: number;
  text: string;
  /** ms by the fast clock. */
  at: number;
}

export interface FastChat {
  service: Service;
  server: TestRedis;
  outbox: Outbox;
  /** ms by the fast clock. */
  now(): number;
  /** Everything that got through, oldest first. */
  spoken: Spoken[];
  close(): Promise<void>;
}

/**
 * `speed`: how many seconds of the clock go by in one of real time. While the machine keeps this process from running the
 * clock stands still: what is measured is who waits for what, not how busy the machine is.
 */
export async function openFastChat(speed: number): Promise<FastChat> {
  let [time, looked] = [Date.now(), performance.now()];
  const ticks = setInterval(() => {
    const passed = performance.now() - looked;
    looked += passed;
    time += Math.min(passed, LONGEST_TICK_MS) * speed;
  }, TICK_MS);
  const now = () => time;
  const service = await startTelegram({ clock: { now } });
  const server = await startRedis();
  const outbox = new Outbox(server.connect(), 'telegram');
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const platform = new Telegram({ token: new Secret(service.token), apiRoot: service.url, log });
  const courier = new Courier({ outbox, platform, limits: platform.limits, log, now });
  const spoken: Spoken[] = [];
  service.watch(({ status, params }) => {
    if (status === 200) spoken.push({ chat: Number(params.chat_id), text: String(params.text), at: now() });
  });
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  const nudges = setInterval(() => outbox.onPut(), NUDGE_MS);
  return {
    service,
    server,
    outbox,
    now,
    spoken,
    async close() {
      clearInterval(nudges);
      clearInterval(ticks);
      stop.abort();
      await running;
      await server.stop();
      await service.close();
    },
  };
}
