/** What a build leaves: everything of a version but its number. On the build host, and in live state who built it last. State family `image-builds`. */
import { join } from 'node:path/posix';
import { z } from 'zod';
import { library, Manifest, Sha256 } from '../../image.ts';
import { HostName } from '../../names.ts';
import type { LiveState } from '../step.ts';

/** A finished build, as it lies on the build host as JSON; its blobs are in the library there. It appears last, by a rename. */
export const Candidate = Manifest.omit({ version: true }).extend({
  /** How long it was built, ms. */
  ms: z.number().int().nonnegative(),
});
export type Candidate = z.output<typeof Candidate>;

/** Where the candidate of a key lies below the folder that belongs to Muster on a host. */
export const candidateFile = (root: string, image: string, key: string): string =>
  join(library(root).folder, 'candidates', image, `${key}.json`);

const FAMILY = 'image-builds';

const Build = z.object({ run: z.string(), key: Manifest.shape.key, host: HostName });
/** Which candidate a run is about, built by itself or found unchanged, and on which host it lies. */
export type Build = z.output<typeof Build>;

/** Notes what a run has built, or found that need not be built. For `record` of the last step that builds; one run at a time has an image. */
export const noteBuild = (state: LiveState, image: string, build: Build): Promise<void> =>
  state.set(FAMILY, image, build);

/** What a run has built of an image; undefined where it has built nothing. */
export async function buildOf(
  state: Pick<LiveState, 'get'>,
  image: string,
  run: string,
): Promise<Build | undefined> {
  const { data } = Build.safeParse(await state.get(FAMILY, image));
  return data?.run === run ? data : undefined;
}

/** Names of blobs anywhere in a text: what a manifest or a candidate keeps from being removed, even one of another version of Muster. */
export const blobsIn = (text: string): string[] =>
  [...text.matchAll(/"sha256":\s*"([^"]*)"/g)].flatMap(([, sha256]) => Sha256.safeParse(sha256).data ?? []);
