/** Whether the boot server looks after boots: family `boots.server` of live state. Whoever waits for a boot need not wait for a server that is gone. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';

const FAMILY = 'boots.server';
/** How long it may be silent, ms. */
const SILENT_MS = 15_000;

export const beat = (state: LiveState, now: number): Promise<void> => state.set(FAMILY, 'at', now);

/** Whether it was there a moment ago. */
export async function isThere(state: LiveState, now: number): Promise<boolean> {
  const at = z.number().safeParse(await state.get(FAMILY, 'at')).data;
  // A clock that was put back does not keep it alive.
  return at !== undefined && Math.abs(now - at) < SILENT_MS;
}
