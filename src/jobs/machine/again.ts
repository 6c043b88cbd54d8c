/** What a machine gets that did not boot before: another version, or a while to wait. */
import type { Because, Bootable } from '../../boot.ts';
import type { ImageVersion } from '../../image.ts';
import { failedWith, inVain } from './past.ts';
import { fact, type Scene, WAIT_S } from './scene.ts';

/** A machine that boots again and again waits twice as long each time, at most so long, s. */
const MOST_WAIT_S = 600;
/** Versions that are tried one after the other, each the one before the last. */
const MOST_FALLBACKS = 5;

/** The version before, and the one before that, where the wanted one did not boot on this machine. */
export async function fallback(
  machine: string,
  wanted: Bootable,
  { assignment, boots, images }: Scene,
  because: Because[],
): Promise<{ bootable: Bootable; instead?: ImageVersion }> {
  const since = assignment(machine)?.since;
  const told: Because[] = [];
  let bootable = wanted;
  for (let tries = 0; tries < MOST_FALLBACKS; tries += 1) {
    const failed = failedWith(bootable.version, boots(machine), since);
    if (!failed) {
      because.push(...told);
      return bootable === wanted ? { bootable } : { bootable, instead: wanted.version };
    }
    const before = await images.before(bootable.version);
    if (!before || before.version === bootable.version) break;
    const cause = failed.trouble?.code ?? '';
    told.push(fact('fallback', { failed: bootable.version, version: before.version, cause }));
    bootable = before;
  }
  // None of them booted: what people want is tried once more.
  because.push(fact('fallback.none', { version: wanted.version }));
  return { bootable: wanted };
}

/** Whether a machine boots again and again, how often it did, and how long it is to wait now, s. */
export function looping(
  machine: string,
  version: ImageVersion,
  { assignment, boots, config, now }: Scene,
  because: Because[],
): { count: number; seconds: number } | undefined {
  const { boots: many, within } = config.boot.loops;
  const since = assignment(machine)?.since ?? 0;
  const vain = inVain(boots(machine), now, within).filter(({ began }) => began >= since);
  const count = vain.length + 1;
  if (count < many) return undefined;
  const untried = !vain.some((boot) => boot.version === version);
  const seconds = Math.min(MOST_WAIT_S, WAIT_S * 2 ** Math.min(10, count - many));
  const last = Math.max(0, ...vain.map(({ began, ended }) => ended ?? began));
  // The first time it is only told, and another version than those that did not boot need not wait.
  const left = count === many || untried ? 0 : Math.ceil((last + seconds * 1_000 - now) / 1_000);
  because.push(
    fact(left > 0 ? 'loop.waits' : 'loop', { count: `${count}`, minutes: `${Math.round(within / 60_000)}` }),
  );
  return { count, seconds: Math.max(0, left) };
}
