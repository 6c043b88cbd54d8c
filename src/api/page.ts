/** A part of what was asked for: in order of time it flows through, the newest first are held as far as there is room. */
import type { Line } from '../lines.ts';
import type { LogAsked, LogDesk } from '../log-asking.ts';
import { type Cursor, compare } from './cursor.ts';

/** What is held of one answer, characters. */
const MOST_TEXT = 2_000_000;
/** How many more are asked for at first, as some may have the time of the cursor; and the most that can be asked for. */
const BESIDES = 64;
const MOST_ASKED = 9_999_999;

export interface Paging {
  limit: number;
  order: 'asc' | 'desc';
  /** Those after it, in that order. */
  cursor?: Cursor;
  signal: AbortSignal;
  /** Waits until an answer may be gathered, and gives what ends that. */
  turn(): Promise<() => void>;
  /** Makes of a message what is given; called in order of time. */
  tell(line: Line): object;
}

/** At most so many messages; none where there are no more. There may be fewer than the limit, and more after them. */
export async function* pageOf(desk: LogDesk, of: LogAsked, paging: Paging): AsyncGenerator<object> {
  const { limit, order, cursor, signal, turn, tell } = paging;
  const end = order === 'asc' ? ('first' as const) : ('last' as const);
  const span = cursor ? spanned(of, cursor, order) : of;
  for (let besides = cursor ? BESIDES : 0; ; besides *= 4) {
    const asked = Math.min(limit + besides, MOST_ASKED);
    let heard = 0;
    let given = 0;
    const counted = async function* () {
      for await (const line of desk.read({ ...span, limit: `${asked}`, end }, signal)) {
        heard += 1;
        if (!cursor || compare(line, cursor) * (order === 'asc' ? 1 : -1) > 0) yield line;
      }
    };
    const lines = order === 'asc' ? first(counted(), limit, tell) : lastOf(counted(), limit, tell, turn);
    for await (const line of lines) {
      yield line;
      given += 1;
    }
    // All that came may have been given before, at the very time of the cursor.
    if (given > 0 || heard < asked || asked === MOST_ASKED || signal.aborted) return;
  }
}

/** The span of time from or up to a cursor, its own time in it. */
function spanned(of: LogAsked, [time]: Cursor, order: Paging['order']): LogAsked {
  if (order === 'asc') return { ...of, since: `${later(time, of.since)}` };
  const until = time + 1n;
  return { ...of, until: `${of.until !== undefined && BigInt(of.until) < until ? of.until : until}` };
}

const later = (time: bigint, since: string | undefined): bigint =>
  since !== undefined && BigInt(since) > time ? BigInt(since) : time;

async function* first(lines: AsyncIterable<Line>, limit: number, tell: Paging['tell']) {
  let given = 0;
  for await (const line of lines) {
    yield tell(line);
    given += 1;
    if (given >= limit) return;
  }
}

/** The last ones, newest first, as many as there is room for. */
async function* lastOf(
  lines: AsyncIterable<Line>,
  limit: number,
  tell: Paging['tell'],
  turn: Paging['turn'],
) {
  const over = await turn();
  const held = await gathered(lines, limit, tell).finally(over);
  while (held.length > 0) yield held.pop() as object;
}

/** In order of time. */
async function gathered(lines: AsyncIterable<Line>, limit: number, tell: Paging['tell']): Promise<object[]> {
  const held: { told: object; size: number }[] = [];
  let from = 0;
  let text = 0;
  for await (const line of lines) {
    const told = tell(line);
    const size = JSON.stringify(told).length;
    held.push({ told, size });
    text += size;
    while (held.length - from > limit || (text > MOST_TEXT && held.length - from > 1)) {
      text -= (held[from] as { size: number }).size;
      delete held[from];
      from += 1;
    }
  }
  return held.slice(from).map(({ told }) => told);
}
