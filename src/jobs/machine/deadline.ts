/** Until when a boot has to be at its next stage. Pure. */
import type { BootStage } from '../../boot.ts';
import type { Deadlines } from '../../config/machines.ts';
import { furthest, stageAt } from './fold.ts';
import type { KeptBoot } from './kept-boot.ts';

/** The stage that is waited for, from when on, and how long it has, ms; undefined where the boot is over. */
export function deadline(
  boot: KeptBoot,
  deadlines: Deadlines,
): { stage: BootStage; from: number; limit: number } | undefined {
  const stage = boot.outcome === 'open' ? stageAt(boot) : undefined;
  if (stage === undefined) return undefined;
  const last = furthest(boot);
  if (last !== undefined) return { stage, from: boot.reached[last] as number, limit: deadlines[stage] };
  const asked = boot.notes.find(({ stage, cause }) => stage === 'dhcp' && cause === 'asked')?.at;
  if (asked !== undefined) return { stage, from: asked, limit: deadlines.dhcp };
  // Nobody knows when a person gets to the switch.
  return { stage, from: boot.began, limit: boot.wanted?.patience ?? deadlines.dhcp };
}
