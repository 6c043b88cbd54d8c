/** Which generations of an app were live on a host, and which one can be gone back to. */
import { z } from 'zod';
import { Commit, RunId } from '../../names.ts';

const Entry = z.object({
  generation: RunId,
  commit: Commit,
  ref: z.string(),
  /** When it went live last, UTC, ISO 8601. */
  at: z.string(),
});

/** The way back: the generation before the live one in `list` is where a rollback goes. */
export const History = z.object({
  /** The live one; absent before the first. */
  current: RunId.optional(),
  /** The one that was live before `current` became it: what undoing goes back to. */
  before: RunId.optional(),
  list: z.array(Entry),
});
export type Entry = z.infer<typeof Entry>;
export type History = z.infer<typeof History>;

export const NO_HISTORY: History = { list: [] };

/**
 * The history once `entry` is live. What is newer than it was rolled away from: it moves to the far end, so that the next
 * rollback does not come back to it. Doing it twice changes nothing.
 */
export function goLive(history: History, entry: Entry): History {
  if (history.current === entry.generation) return history;
  const at = history.list.findIndex((one) => one.generation === entry.generation);
  const older = at === -1 ? history.list : history.list.slice(0, at);
  const left = at === -1 ? [] : history.list.slice(at + 1);
  return { current: entry.generation, before: history.current, list: [...left, ...older, entry] };
}

/** The history before `generation` went live; `forget` where it is not to stay in the list either. */
export function takeBack(history: History, generation: string, forget: boolean): History {
  if (history.current !== generation) return history;
  const { before } = history;
  const rest = history.list.filter(
    (one) => one.generation !== before && !(forget && one.generation === generation),
  );
  return { current: before, list: [...rest, ...history.list.filter((one) => one.generation === before)] };
}

/** The history with at most `keep` generations besides the live one; never without the one before it. */
export function trim(history: History, keep: number): History {
  const room = history.list.length - 1 - keep;
  let dropped = 0;
  const list = history.list.filter((one) => {
    const needed = one.generation === history.current || one.generation === history.before;
    if (needed || dropped >= room) return true;
    dropped += 1;
    return false;
  });
  return { ...history, list };
}
