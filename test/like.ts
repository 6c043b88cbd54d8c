/** Messages as patterns: what they say of the moment may be anything. */

/** Stands for what a message says of the moment, like how long something took. */
export const ANY = '\0';

/** Matches what says a message, whatever stands at `ANY`. */
export function like(message: string): RegExp {
  const parts = message.split(ANY).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.+'));
}
