/** What is known of keys: which a source gave last, and which were written where. State families `keys/known` and `keys/written`. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';
import { Key, type WriteKeys } from './input.ts';

const KNOWN = 'keys/known';
export const WRITTEN = 'keys/written';

const Known = z.object({ keys: z.array(Key), held: z.array(z.string()), at: z.string() });
/** The keys that a source gave when they were last written to a host (UTC, ISO 8601); `held` are those (`data`) that it does not give any more. */
export type Known = z.output<typeof Known>;

const Written = z.object({
  host: z.string(),
  user: z.string(),
  groups: z.array(z.string()),
  count: z.number(),
  at: z.string(),
});
/** Who may log in by Muster's block of one host's user. */
export type Written = z.output<typeof Written>;

/** A source of a group, as it is known by. */
export const sourceId = (group: string, source: string): string => `${group} ${source}`;

/** What every source of these groups gave last, by its id; also sources that the configuration does not name any more. */
export async function knownOf(state: LiveState, groups: readonly string[]): Promise<Map<string, Known>> {
  const all = Object.entries(await state.all(KNOWN)).flatMap(([id, value]) => {
    const { data } = Known.safeParse(value);
    return data && groups.includes(id.split(' ', 1)[0] as string) ? [[id, data] as const] : [];
  });
  return new Map(all);
}

/** Where Muster's block is, in the order of hosts and users. */
export async function writtenBlocks(state: LiveState): Promise<Written[]> {
  const all = Object.entries(await state.all(WRITTEN)).flatMap(([, value]) => {
    const { data } = Written.safeParse(value);
    return data ? [data] : [];
  });
  return all.sort((a, b) => (`${a.host} ${a.user}` < `${b.host} ${b.user}` ? -1 : 1));
}

/** Notes what was written to a host, and with it what its sources gave. */
export async function noteWritten(
  { host, user, groups, keys, sources }: WriteKeys,
  state: LiveState,
  at: string,
): Promise<void> {
  await noteKnown({ groups, keys, sources }, state, at);
  await noteBlock({ host, user, groups, count: keys.length, at }, state);
}

/** Notes what the sources of these groups gave, and forgets what others of them gave before. */
export async function noteKnown(
  { groups, keys, sources }: Pick<WriteKeys, 'groups' | 'keys' | 'sources'>,
  state: LiveState,
  at: string,
): Promise<void> {
  for (const id of sources) {
    const own = keys.filter(({ from }) => from.includes(id));
    const held = own.flatMap((each) => (each.held.includes(id) ? [each.key.data] : []));
    await state.set(KNOWN, id, { keys: own.map(({ key }) => key), held, at } satisfies Known);
  }
  for (const id of (await knownOf(state, groups)).keys())
    if (!sources.includes(id)) await state.remove(KNOWN, id);
}

/** Under which name a block is noted. */
export const writtenField = ({ host, user }: Pick<Written, 'host' | 'user'>): string => `${host} ${user}`;

/** Notes how many keys a block has; one without any is gone. */
export async function noteBlock(block: Written, state: LiveState): Promise<void> {
  const field = writtenField(block);
  if (block.count === 0) await state.remove(WRITTEN, field);
  else await state.set(WRITTEN, field, block);
}
