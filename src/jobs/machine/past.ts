/** What a machine's boots so far say of what it is to boot next. Pure. */
import type { ImageVersion } from '../../image.ts';
import { isOfImage } from './causes.ts';
import type { KeptBoot } from './kept-boot.ts';

/** Whether a version did not boot on this machine when it was tried last, and why; boots that began before `since` do not count. */
export function failedWith(
  version: ImageVersion,
  boots: readonly KeptBoot[],
  since = 0,
): KeptBoot | undefined {
  const tried = boots.filter((boot) => boot.version === version && boot.began >= since);
  const last = latest(
    tried.filter(({ outcome, trouble }) => outcome === 'up' || (trouble && isOfImage(trouble))),
  );
  return last?.outcome === 'failed' ? last : undefined;
}

/** Whether the one boot that a version was for has begun. */
export const wasTried = (version: ImageVersion, boots: readonly KeptBoot[], since: number): boolean =>
  boots.some((boot) => boot.version === version && boot.began >= since);

/** The boots since it was up last that began within so many ms before `now`: those of a machine that boots again and again. */
export function inVain(boots: readonly KeptBoot[], now: number, within: number): KeptBoot[] {
  const up = Math.max(0, ...boots.filter(({ outcome }) => outcome === 'up').map(({ began }) => began));
  return boots.filter(
    ({ began, version, outcome }) =>
      outcome !== 'up' && version !== undefined && began > up && began > now - within,
  );
}

const latest = (boots: readonly KeptBoot[]): KeptBoot | undefined =>
  boots.reduce<KeptBoot | undefined>(
    (last, boot) => (last && last.began >= boot.began ? last : boot),
    undefined,
  );
