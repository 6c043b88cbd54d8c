/** How it stands with Telegram's Bot API: how long to wait after a call that failed, and what operators are told of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError, HttpError } from 'grammy';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { messages } from '../../messages/messages.ts';
import type { Ears } from '../platform.ts';

/** How long to wait after a failure, ms: shortly at first, longer when it does not pass. */
const AGAIN_MS = 1_000;
const LONGER_MS = 5_000;
/** How long to wait where the token is refused, ms. */
const REFUSED_MS = 30_000;
/** How long it may fail until operators are told, ms: Telegram is away for some seconds now and then. */
const PATIENCE_MS = 60_000;
/** How many conflicts within how long are no accident, ms. A poll that ends as another manager takes over is one. */
const CONFLICTS = 3;
const CONFLICT_MS = 60_000;

export class Reach {
  readonly #ears: Ears;
  readonly #log: Log;
  readonly #now: () => number;
  #since: number | undefined;
  #conflicts: number[] = [];

  /** `now` is the time in ms. */
  constructor(ears: Ears, log: Log, now: () => number = Date.now) {
    this.#ears = ears;
    this.#log = log;
    this.#now = now;
  }

  /** Notes that a call came back well. */
  well(): void {
    this.#since = undefined;
    this.#ears.alive();
    this.#ears.trouble('token');
    this.#ears.trouble('reach');
    this.#recent();
    if (this.#conflicts.length === 0) this.#ears.trouble('conflict');
  }

  /** Notes a failure, tells operators of what does not pass by itself, and waits until it may be tried again. */
  async failed(err: unknown, signal: AbortSignal): Promise<void> {
    await sleep(this.note(err), undefined, { signal }).catch(() => {});
  }

  /** As `failed`, but gives how long to wait, ms, instead of waiting. */
  note(err: unknown): number {
    const refusal = err instanceof GrammyError ? err : undefined;
    const code = refusal?.error_code ?? 0;
    const platform = 'telegram';
    // A token that is no token at all is «Not Found».
    if (code === 401 || code === 404) {
      const reason = refusal?.description;
      this.#ears.trouble('token', new MusterError('platform.token', { platform, token: 'token', reason }));
      return REFUSED_MS;
    }
    if (code === 409) {
      this.#recent();
      this.#conflicts.push(this.#now());
      this.#log.warn({ err }, 'another program polls with the same Telegram token');
      if (this.#conflicts.length >= CONFLICTS)
        this.#ears.trouble('conflict', new MusterError('platform.conflict', { platform }));
      return AGAIN_MS;
    }
    this.#log.warn({ err }, 'Telegram could not be reached');
    this.#since ??= this.#now();
    const long = this.#now() - this.#since >= PATIENCE_MS;
    if (long) {
      const error = new MusterError('platform.unreachable', { platform, message: reasonOf(err) });
      this.#ears.trouble('reach', error);
    }
    const asked = refusal?.parameters.retry_after;
    return asked === undefined ? (long ? LONGER_MS : AGAIN_MS) : asked * 1_000;
  }

  #recent(): void {
    const since = this.#now() - CONFLICT_MS;
    this.#conflicts = this.#conflicts.filter((at) => at > since);
  }
}

/** What failed, in a few words: grammY keeps the network's own words to itself, as they hold the token. */
function reasonOf(err: unknown): string {
  if (!(err instanceof HttpError)) return err instanceof Error ? err.message : String(err);
  const { code, type } = err.error as { code?: string; type?: string };
  return code ?? (type === 'invalid-json' ? messages().reasons.errorPage : err.message);
}
