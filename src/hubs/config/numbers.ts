/** Numbers that would stand in a file as other ones than were written. */

/** Where the first of them is: beyond what is counted exactly (RFC 8259, section 6), or no number at all; undefined where there is none. */
export function oddNumber(
  value: unknown,
  path: readonly (string | number)[] = [],
): (string | number)[] | undefined {
  if (typeof value === 'bigint') return [...path];
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? undefined : [...path];
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, one] of Object.entries(value)) {
    const found = oddNumber(one, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found) return found;
  }
  return undefined;
}
