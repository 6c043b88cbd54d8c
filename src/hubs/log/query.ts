/** Answers questions: reads blocks in order of time, as many at a time as overlap, and stops as soon as there is enough. */
import type { Block } from './block.ts';
import type { BlockFacts } from './facts.ts';
import { byTime, type Message } from './message.ts';
import { type Cut, mayHold, type Seeker } from './select.ts';

/** A block and how it is read. */
export interface Source extends BlockFacts {
  /** What is wanted of it, in order of time; nothing where it is damaged. */
  select(seeker: Seeker, cut?: Cut): Promise<Message[]>;
}

/** Text of the last messages together, UTF-16 code units: they are all held at once, and one alone may have a megabyte. */
const MOST_TEXT = 32 * 1024 * 1024;

/** How many blocks are read ahead, as zlib has threads of its own. */
const AHEAD = 4;

/** Blocks of which something may be wanted. */
export const worthReading = (blocks: readonly Block[], seeker: Seeker): Block[] =>
  blocks.filter((block) => mayHold(seeker, block));

/** All that is wanted, in order of time; or the first ones of it. */
export async function* forward(
  sources: readonly Source[],
  seeker: Seeker,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<Message> {
  const order = [...sources].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const cut: Cut | undefined = limit === Number.POSITIVE_INFINITY ? undefined : { limit, end: 'first' };
  const ahead = readAhead(order, (source) => source.select(seeker, cut), signal);
  let waiting: Message[] = [];
  let given = 0;
  for (let index = 0; index < order.length; ) {
    // All that begin together are merged together.
    const batch: Message[] = [];
    const end = Math.min(order.length, index + AHEAD);
    for (; index < end; index += 1) batch.push(...asArray(await ahead.next()));
    signal?.throwIfAborted();
    if (batch.length > 0) waiting = waiting.concat(batch).sort(byTime);
    const until = order[index]?.from;
    const ready = until === undefined ? waiting.length : firstFrom(waiting, until);
    for (let at = 0; at < ready; at += 1) {
      yield waiting[at] as Message;
      given += 1;
      if (given >= limit) return;
    }
    waiting = waiting.slice(ready);
  }
}

/** The last ones of what is wanted, in order of time; fewer where they are very long. */
export async function backward(
  sources: readonly Source[],
  seeker: Seeker,
  limit: number,
  signal?: AbortSignal,
): Promise<Message[]> {
  const order = [...sources].sort((a, b) => (a.to > b.to ? -1 : a.to < b.to ? 1 : 0));
  const ahead = readAhead(order, (source) => source.select(seeker, { limit, end: 'last' }), signal);
  let found: Message[] = [];
  let enough = false;
  for (const { to } of order) {
    if (enough && to < (found[0] as Message).time) break;
    const more = asArray(await ahead.next());
    signal?.throwIfAborted();
    if (more.length === 0) continue;
    const all = found.concat(more).sort(byTime);
    found = lastOf(all, limit);
    enough = found.length >= limit || found.length < all.length;
  }
  return found;
}

/** The last ones, as many as there may be and as fit, but one at least. */
function lastOf(messages: readonly Message[], limit: number): Message[] {
  let from = messages.length;
  for (let text = 0; from > 0 && messages.length - from < limit; from -= 1) {
    text += (messages[from - 1] as Message).text.length;
    if (text > MOST_TEXT && from < messages.length) break;
  }
  return messages.slice(from);
}

const asArray = (result: Message[] | undefined): Message[] => result ?? [];

/** Calls for things in order, a few of them at the same time. */
function readAhead<Of>(
  order: readonly Of[],
  read: (one: Of) => Promise<Message[]>,
  signal: AbortSignal | undefined,
): { next(): Promise<Message[] | undefined> } {
  const reading: Promise<Message[]>[] = [];
  let index = 0;
  return {
    next() {
      while (reading.length < AHEAD && index < order.length && !signal?.aborted) {
        const one = read(order[index] as Of);
        // Told to whoever comes to it.
        one.catch(() => {});
        reading.push(one);
        index += 1;
      }
      return reading.shift() ?? Promise.resolve(undefined);
    },
  };
}

/** The first index whose time is not before another one. */
function firstFrom(messages: readonly Message[], time: bigint): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle] as Message).time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
