/** What people want a machine to boot. */
import type { Because, Bootable } from '../../boot.ts';
import type { Profile } from '../../config/machines.ts';
import { ImageVersion } from '../../image.ts';
import { wasTried } from './past.ts';
import type { Known } from './record.ts';
import { fact, type Scene } from './scene.ts';

/** What it is to boot by what people said; undefined where there is no such version now. */
export async function wantedBy(
  { name, machine: own }: Known,
  profile: Profile,
  { assignment, boots, images }: Scene,
  because: Because[],
): Promise<Bootable | 'local' | undefined> {
  const told = assignment(name);
  const once = told?.once && told.version !== undefined && !wasTried(told.version, boots(name), told.since);
  const version = told?.once && !once ? told.afterwards : told?.version;
  if (version !== undefined) {
    const found = await images.bootable(version);
    because.push(
      found
        ? fact(once ? 'image.once' : 'image.assigned', { version, run: told?.run ?? '' })
        : fact('image.gone', { version }),
    );
    if (found) return found;
  }
  const image = own.image ?? profile.image;
  if (image === undefined) {
    because.push(fact('image.none'));
    return 'local';
  }
  const from = own.image === undefined ? 'profile' : 'machine';
  if (ImageVersion.safeParse(image).success) {
    const found = await images.bootable(image);
    because.push(
      found ? fact(`image.fixed.${from}`, { version: image }) : fact('image.gone', { version: image }),
    );
    return found;
  }
  const found = await images.promoted(image);
  because.push(
    found
      ? fact(`image.promoted.${from}`, { image, version: found.version })
      : fact('image.unpromoted', { image }),
  );
  return found;
}
