/** What machines are by their profiles. */
import { Profile } from '../../config/machines.ts';
import { imageOf } from '../../image.ts';
import type { Known } from './record.ts';
import type { Scene } from './scene.ts';

/** What a machine is, with its profile. */
export function profileOf(
  { machine }: Known,
  { boot, profiles }: Scene['config'],
): { name?: string; profile: Profile } {
  const name = machine.profile ?? boot.profile;
  const profile = name !== undefined && Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  return profile ? { name, profile } : { profile: Profile.parse({}) };
}

/** The image that a machine boots, whichever version of it; undefined where it boots its own disk. */
export function imageOfMachine(known: Known, config: Scene['config']): string | undefined {
  const image = known.machine.image ?? profileOf(known, config).profile.image;
  return image?.includes('@') ? imageOf(image) : image;
}
