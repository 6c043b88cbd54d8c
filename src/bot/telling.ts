/** What is told wherever such things are said: at the consoles, and in the channels that want such posts. */
import type { Channel, Post } from '../config/platforms.ts';
import type { Log } from '../log.ts';
import type { Front } from './front/front.ts';
import { channelsFor, placeName } from './places.ts';
import type { Place } from './platform.ts';

/** How long what was told is told to a platform that is added later, ms; and how much of it. */
const LATELY_MS = 60_000;
const MOST_TOLD = 50;

export interface TellingParts {
  /** By the platforms' names. */
  fronts: ReadonlyMap<string, Front>;
  channels(): Readonly<Record<string, Channel>>;
  log: Log;
}

export class Telling {
  readonly #parts: TellingParts;
  /** What was told of late, for platforms that are added after it happened. */
  readonly #told: { what: Post; id: string; text: string; at: number }[] = [];

  constructor(parts: TellingParts) {
    this.#parts = parts;
  }

  /** Says something wherever such things are said, but for one chat; once for an id. */
  async tell(what: Post, id: string, text: string, except?: Place): Promise<void> {
    this.#told.push({ what, id, text, at: performance.now() });
    if (this.#told.length > MOST_TOLD) this.#told.shift();
    const places = this.places(what).filter(
      ({ place: { platform, chat } }) => platform !== except?.platform || chat !== except.chat,
    );
    await this.#tellAt(places, id, text);
  }

  /** Says on a platform that was just added what was told of late. */
  async catchUp(front: Front): Promise<void> {
    const lately = this.#told.filter(({ at }) => performance.now() - at < LATELY_MS);
    for (const { what, id, text } of lately)
      await this.#tellAt(
        this.places(what).filter((one) => one.front === front),
        id,
        text,
      );
  }

  /** The homes of platforms, and the channels that want such posts. */
  places(what: Post): { place: Place; front: Front }[] {
    const { fronts, channels } = this.#parts;
    const homes = [...fronts.values()].flatMap((front) =>
      front.platform.home ? [{ place: front.platform.home, front }] : [],
    );
    const wanting = channelsFor(what, channels()).flatMap((place) => {
      const front = fronts.get(place.platform);
      return front ? [{ place, front }] : [];
    });
    return [...homes, ...wanting];
  }

  async #tellAt(places: { place: Place; front: Front }[], id: string, text: string): Promise<void> {
    for (const { place, front } of places) {
      const mail = { id: `${id}:${placeName(place)}`, place, lines: text.split('\n') };
      await front.mailbox
        .put({ ...mail, urgency: 'failure', final: true })
        .catch((err) => this.#parts.log.warn({ err, id }, 'something could not be told'));
    }
  }
}
