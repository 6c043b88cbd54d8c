/** How much an app may ask (docs.slack.dev/apis/web-api/rate-limits). */
import type { Clock } from './agenda.ts';
import { Flooded } from './refusal.ts';

/** A call that was answered with 429. */
export interface Flood {
  method: string;
  /** The channel whose budget was used up; undefined when it was the method's. */
  channel?: string;
  /** Seconds. */
  retryAfter: number;
  /** By the fake's clock. */
  at: number;
}

const [TIER_2, TIER_3, TIER_4] = [20, 50, 100];
/** «Several hundred»: of `auth.test` and, over a workspace, `chat.postMessage`; the number is the fake's. */
const SPECIAL = 300;
/** Calls a minute of each method. */
const A_MINUTE: Record<string, number> = {
  'apps.connections.open': TIER_3,
  'auth.test': SPECIAL,
  'chat.delete': TIER_3,
  'chat.postEphemeral': TIER_4,
  'chat.postMessage': SPECIAL,
  'chat.update': TIER_3,
  'conversations.info': TIER_3,
  'files.completeUploadExternal': TIER_4,
  'files.getUploadURLExternal': TIER_4,
  'reactions.add': TIER_3,
  'reactions.remove': TIER_2,
  'users.info': TIER_4,
};
/** What counts as a minute, ms: calls that were sent a minute apart may arrive a little closer. */
const MINUTE = 59_000;
/** A bucket of so many messages in a channel, refilled by one a second: how long a «short burst» is, nobody says. */
const BURST = 3;

/**
 * Rule: a tier's number of calls in any minute and no bursts beyond, refused ones not counted; three messages at once
 * in a channel, then one a second. Over budget the method (for messages: the channel) is shut until `Retry-After` is over.
 */
export class Budget {
  readonly floods: Flood[] = [];
  readonly #clock: Clock;
  readonly #calls = new Map<string, number[]>();
  readonly #buckets = new Map<string, { left: number; filled: number }>();
  readonly #shut = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one call from the budget of its method. */
  call(method: string): void {
    const now = this.#clock.now();
    this.#checkOpen(method);
    const times = (this.#calls.get(method) ?? []).filter((time) => time > now - MINUTE);
    this.#calls.set(method, times);
    if (times.length >= (A_MINUTE[method] ?? TIER_3)) this.#refuse(method, times[0]! + MINUTE - now);
    times.push(now);
  }

  /** Takes one message from the budget of its channel. */
  message(channel: string): void {
    const now = this.#clock.now();
    this.#checkOpen('chat.postMessage', channel);
    const bucket = this.#buckets.get(channel) ?? { left: BURST, filled: now };
    this.#buckets.set(channel, bucket);
    bucket.left = Math.min(BURST, bucket.left + (now - bucket.filled) / 1000);
    bucket.filled = now;
    if (bucket.left < 1) this.#refuse('chat.postMessage', (1 - bucket.left) * 1000, channel);
    bucket.left -= 1;
  }

  #checkOpen(method: string, channel?: string): void {
    const until = this.#shut.get(channel ?? method) ?? 0;
    if (until > this.#clock.now()) this.#refuse(method, until - this.#clock.now(), channel);
  }

  #refuse(method: string, ms: number, channel?: string): never {
    const now = this.#clock.now();
    const retryAfter = Math.max(1, Math.ceil(ms / 1000));
    const key = channel ?? method;
    this.#shut.set(key, Math.max(this.#shut.get(key) ?? 0, now + ms));
    this.floods.push({ method, ...(channel && { channel }), retryAfter, at: now });
    throw new Flooded(retryAfter);
  }
}
