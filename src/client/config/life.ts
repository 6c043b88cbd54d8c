/** What tells a container from the others of its service, over all its starts. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The number that the engine gave it, as its mounts show; where they do not, a random one for this start. */
export function ownLife(mounts = '/proc/self/mountinfo'): string {
  try {
    const [, number] = /\/containers\/([0-9a-f]{64})\//.exec(readFileSync(mounts, 'utf8')) ?? [];
    if (number) return number.slice(0, 16);
  } catch {
    // It has none to see.
  }
  return randomBytes(8).toString('hex');
}
