/** What each part of the figures of boots has: a network, an image, and patience. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bootable } from '../../../src/boot.ts';
import type { Lan } from './lan.ts';

export interface Scene {
  lan: Lan;
  /** For what is only there meanwhile. */
  folder: string;
  /** Its library has the image. */
  root: string;
  bootable: Bootable;
}

/** How long machines may take, ms: emulated, and four of them at once on two processors. */
export const PATIENCE_MS = 8 * 60_000;

/** Whether it came about in time. */
export async function within(done: () => Promise<boolean>): Promise<boolean> {
  for (const late = performance.now() + PATIENCE_MS; performance.now() < late; await sleep(20))
    if (await done()) return true;
  return false;
}
