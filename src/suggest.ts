/** "Did you mean": the nearest of some names. */

/**
 * The name that a slip of the fingers away from `typed`: at most a third of its letters wrong (at least one, at
 * most three), the nearest and then the first of them. Undefined where none is near. Case does not count.
 */
export function suggest(typed: string, names: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  if (wanted === '' || wanted.length > 64) return undefined;
  let limit = Math.max(1, Math.min(3, Math.floor(wanted.length / 3)));
  let nearest: string | undefined;
  for (const name of names) {
    const far = distance(wanted, name.toLowerCase(), limit);
    if (far > limit || far >= Math.max(wanted.length, name.length)) continue;
    nearest = name;
    if (far === 0) break;
    limit = far - 1;
  }
  return nearest;
}

/**
 * Letters to add, drop, change or swap with a neighbour until `from` reads `to` (optimal string alignment, the
 * restricted Damerau-Levenshtein distance); some number above `limit` where it takes more than that.
 */
export function distance(from: string, to: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      let cost = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + change);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    before = above;
    above = current;
  }
  return above[to.length]!;
}
