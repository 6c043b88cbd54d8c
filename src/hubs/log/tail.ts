/** Live reading: what arrives, in order, from memory; and out of the store where a reader is behind. */
import { BLOCK_TEXT, type Block } from './block.ts';
import type { Fresh } from './fresh.ts';
import { lineOf } from './line.ts';
import type { Arrived } from './log.ts';
import type { Message } from './message.ts';
import { type Numbered, type Position, placeOf, positionOf, type Recent } from './recent.ts';
import { isWantedBut, type Seeker } from './select.ts';
import type { Shelf } from './shelf.ts';

/** Messages given out at once at most. */
const MOST = 1_000;

interface Following {
  seeker: Seeker;
  from: string;
  signal: AbortSignal;
  /** Whether places are given as well where nothing is wanted. */
  places: boolean;
  recent: Recent;
  shelf(): Shelf;
  /** What is in no segment, oldest first. */
  fresh(): Fresh[];
}

/** Messages from a place on, until the signal. */
export async function* follow(following: Following): AsyncGenerator<Arrived> {
  const { seeker, signal } = following;
  let place = positionOf(following.from);
  const leave = following.recent.follow();
  try {
    while (!signal.aborted) {
      const messages = following.recent.since(place);
      if (messages?.length === 0) {
        await following.recent.news(signal);
        continue;
      }
      const next = following.recent.end;
      const [found, after, missed] = messages
        ? [await wantedOf(messages, seeker), next]
        : await behind(following, place);
      if (missed && following.places) yield { lines: [], place: placeOf(place), missed };
      if (found.length === 0 && following.places) yield { lines: [], place: placeOf(after) };
      yield* inParts(found, after);
      place = after;
    }
  } finally {
    leave();
  }
}

/** Those that are wanted: a pattern looks at as many at once as in a block, as each look has its price. */
async function wantedOf(messages: readonly Numbered[], seeker: Seeker): Promise<Numbered[]> {
  const wanted = messages.filter(({ message }) => isWantedBut(seeker, message));
  const { pattern } = seeker;
  if (!pattern) return wanted;
  const found: Numbered[] = [];
  for (let [from, to, size] = [0, 0, 0]; from < wanted.length; [from, size] = [to, 0]) {
    for (; to < wanted.length && size < BLOCK_TEXT; to += 1)
      size += (wanted[to] as Numbered).message.text.length;
    const part = wanted.slice(from, to);
    const has = await pattern(part.map(({ message }) => message.text));
    found.push(...part.filter((_, index) => has[index]));
  }
  return found;
}

/** The next part of what a reader has missed, and the place after it. */
async function behind(
  { shelf, fresh, recent, seeker }: Following,
  place: Position,
): Promise<[found: Numbered[], next: Position, missed?: true]> {
  const segment = shelf().segments.find(({ number }) => number >= place.number);
  const kept = fresh();
  const pile = kept.find(({ number }) => number >= place.number);
  const number = segment?.number ?? pile?.number;
  if (number === undefined) return [[], recent.end];
  const last = segment === undefined && pile === kept.at(-1);
  const next = last ? { number, order: pile?.count ?? 0 } : { number: number + 1, order: 0 };
  const blocks: Block[] = segment === undefined ? (pile?.blocks() ?? []) : [];
  const look = segment ? shelf().only(segment) : shelf().only(undefined, blocks);
  const from = number === place.number ? place.order : 0;
  const messages: Message[] = [];
  for await (const source of look.inOrder(seeker))
    if (source.orders[1] >= from) for (const message of await source.select(seeker)) messages.push(message);
  const found = messages.filter(({ order }) => order >= from).sort((a, b) => a.order - b.order);
  const numbered = found.map((message) => ({ number, message }));
  // Every file has something in it: one that is not there any more was let go.
  return number > place.number && place.number > 0 ? [numbered, next, true] : [numbered, next];
}

function* inParts(found: readonly Numbered[], next: Position): Generator<Arrived> {
  for (let at = 0; at < found.length; at += MOST) {
    const part = found.slice(at, at + MOST);
    const { number, message } = part.at(-1) as Numbered;
    const after = at + MOST < found.length ? { number, order: message.order + 1 } : next;
    yield { lines: part.map((one) => lineOf(one.message)), place: placeOf(after) };
  }
}
