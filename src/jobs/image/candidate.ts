/** What a build leaves on its host: a candidate, which becomes a version once it is published. State family `images/built`. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { library, Manifest } from '../../image.ts';
import { HostName, ImageName } from '../../names.ts';
import type { LiveState } from '../live-state.ts';

const FAMILY = 'images/built';

/** The kinds of firmware that an image is tried with before it may be promoted. */
export const GATES = ['bios', 'uefi'] as const;

/** A manifest that has no version yet. All its blobs lie in the library of the host that built it. */
export const Candidate = Manifest.omit({ version: true, at: true }).extend({
  /** When its build ended, UTC, ISO 8601. */
  at: z.string(),
  /** What the build took, ms. */
  ms: z.number().int().nonnegative(),
  /** No file in it is younger, seconds since 1970: the time for whatever is made of it and has to be the same each time. */
  epoch: z.number().int().nonnegative(),
  gate: z.array(z.enum(GATES)),
});
export type Candidate = z.infer<typeof Candidate>;

/** Where candidates of an image lie: `KEY.json` each, there as a whole or not at all. Blobs that one names are not to be removed. */
export const candidatesOf = (root: string, image: string): string =>
  join(library(root).folder, 'candidates', image);

/** The file of one. */
export const candidateFile = (root: string, image: string, key: string): string =>
  join(candidatesOf(root, image), `${key}.json`);

/** What was built of an image last: what a step after the build in the same run publishes, as the image's lock is held. */
export const LastBuilt = z.object({
  image: ImageName,
  key: Manifest.shape.key,
  /** The host that has it. */
  host: HostName,
  run: z.string(),
  at: z.string(),
  /** Whether it was there already, as neither the definition nor the packages had changed. */
  unchanged: z.boolean(),
});
export type LastBuilt = z.infer<typeof LastBuilt>;

/** Notes what was built last. Idempotent. */
export const noteBuilt = (state: LiveState, built: LastBuilt): Promise<void> =>
  state.set(FAMILY, built.image, built);

/** What was built last of an image; undefined where nothing was. */
export async function lastBuilt(state: LiveState, image: string): Promise<LastBuilt | undefined> {
  return LastBuilt.safeParse(await state.get(FAMILY, image)).data;
}
