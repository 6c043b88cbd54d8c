/** A sign that an answer is being thought about, where a line takes longer than a moment: in a chat at most one every five seconds. */
import type { Log } from '../../log.ts';
import type { Place, Platform } from '../platform.ts';

/** How long an answer may take without a sign, ms. */
const MOMENT_MS = 1_000;
/** How long a sign is seen, and so how soon there may be another one, ms (Bot API, sendChatAction). */
const SEEN_MS = 5_000;

export class Typing {
  readonly #log: Log;
  /** When there was the last sign in a chat, ms since the epoch. */
  readonly #last = new Map<string, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Gives signs in a place from a moment later on, until what is returned is called. */
  during(platform: Platform | undefined, place: Place): () => void {
    if (!platform?.type) return () => {};
    let timer: NodeJS.Timeout;
    const sign = () => {
      const left = (this.#last.get(place.chat) ?? 0) + SEEN_MS - Date.now();
      timer = setTimeout(sign, left > 0 ? left : SEEN_MS);
      if (left > 0) return;
      this.#forget();
      this.#last.set(place.chat, Date.now());
      platform
        .type?.(place)
        .catch((err) => this.#log.debug({ err, chat: place.chat }, 'a sign of thinking could not be given'));
    };
    timer = setTimeout(sign, MOMENT_MS);
    return () => clearTimeout(timer);
  }

  #forget(): void {
    const past = Date.now() - SEEN_MS;
    for (const [chat, at] of this.#last) if (at <= past) this.#last.delete(chat);
  }
}
