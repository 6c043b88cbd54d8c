/** The base images that Muster built, by the layers that they are made of: names can be given to anything. State family `bases`. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HostName } from '../names.ts';
import type { LiveState } from './step.ts';

/** The image's name without a tag; apps write `FROM muster/base`. */
export const BASE_IMAGE = 'muster/base';

const FAMILY = 'bases';
/** Base images on record; the ones that were seen last. */
const MOST = 200;

/** A base image. */
const Base = z.object({
  /** Digests of what its layers hold, the lowest first. */
  layers: z.array(z.string()).min(1),
  /** The name it had, like `2026-11-21-3f9c1d2`. */
  tag: z.string(),
  /** Where it was built last, and when (UTC, ISO 8601). */
  host: HostName,
  at: z.string(),
  /** When it was built first; absent where that was before this was noted. */
  since: z.string().optional(),
});
export type Base = z.infer<typeof Base>;

/** Puts a base image on record, or renews it there, where it keeps since when it is there; more than 200 are not kept. Idempotent. */
export async function rememberBase(state: LiveState, base: Omit<Base, 'since'>): Promise<void> {
  const name = createHash('sha256').update(base.layers.join(' ')).digest('hex');
  const before = Base.safeParse(await state.get(FAMILY, name));
  const since = before.success ? before.data.since : base.at;
  await state.set(FAMILY, name, { ...base, ...(since !== undefined && { since }) });
  const known = Object.entries(await state.all(FAMILY)).map(
    ([key, value]) => [key, Base.parse(value)] as const,
  );
  const old = known.sort(([, a], [, b]) => (a.at < b.at ? 1 : -1)).slice(MOST);
  for (const [key] of old) await state.remove(FAMILY, key);
}

/** When base images came on record that were not there before, ms since the epoch. */
export const newBases = async (state: Pick<LiveState, 'all'>): Promise<number[]> =>
  Object.values(await state.all(FAMILY)).flatMap((value) => {
    const { since } = Base.parse(value);
    return since === undefined ? [] : [Date.parse(since)];
  });

/** The layers of every base image on record. */
export const knownBases = async (state: Pick<LiveState, 'all'>): Promise<string[][]> =>
  Object.values(await state.all(FAMILY)).map((value) => Base.parse(value).layers);

/** Whether an image's layers begin with all of a base's. */
export const standsOn = (layers: readonly string[], base: readonly string[]): boolean =>
  base.length > 0 && base.every((digest, at) => layers[at] === digest);
