/** Chance that comes the same again: mulberry32, for chaos that can be repeated. */

export interface Chance {
  /** From 0 up to, but not including, 1. */
  random(): number;
  /** A whole number from 0 up to, but not including, `count`. */
  below(count: number): number;
  /** A copy in any order, each as likely. */
  shuffled<T>(list: readonly T[]): T[];
}

export function seeded(seed: number): Chance {
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(random() * count);
  return {
    random,
    below,
    shuffled(list) {
      const mixed = [...list];
      for (let at = mixed.length - 1; at > 0; at -= 1) {
        const other = below(at + 1);
        [mixed[at], mixed[other]] = [mixed[other] as never, mixed[at] as never];
      }
      return mixed;
    },
  };
}
