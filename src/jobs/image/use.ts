/** Which versions machines still need: the configuration pins them, somebody assigned them in a chat, or machines boot them right now. */
import type { Config } from '../../config/config.ts';
import type { ImageVersion } from '../../image.ts';
import type { LiveState } from '../step.ts';

/** Families of live state in which versions are named: of machines, of what they are to boot, and of their boots. */
const FAMILIES = ['machines', 'assignments', 'assignments.former', 'boots'];

/** Versions by name, wherever somebody names them: what one Muster writes there and another cannot read keeps them, too. */
export async function versionsInUse(
  config: Pick<Config, 'machines' | 'profiles'>,
  state: Pick<LiveState, 'all'>,
): Promise<Set<ImageVersion>> {
  const families = await Promise.all(FAMILIES.map((family) => state.all(family)));
  const text = JSON.stringify([config.machines, config.profiles, families]);
  return new Set(text.match(/(?<=")[a-z0-9-]+@\d{4}-\d\d-\d\d\.\d+(?=")/g));
}

/** Those of an image that may go: all but the newest so many, and what somebody needs. Oldest first. */
export function retired(
  versions: readonly ImageVersion[],
  keep: number,
  needed: ReadonlySet<ImageVersion>,
): ImageVersion[] {
  return versions.slice(0, Math.max(0, versions.length - keep)).filter((version) => !needed.has(version));
}
