/** A course of percentages as a line of text. Pure. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** `▇▇▇▁▃▇`: 0 to 100, oldest first, in so many signs, of which each shows the worst of its time; a dot where nothing was known. */
export function sparkline(values: readonly (number | undefined)[], count = values.length): string {
  const width = values.length / count;
  return Array.from({ length: count }, (_, index) => {
    const some = values.slice(
      Math.floor(index * width),
      Math.max(Math.floor(index * width) + 1, Math.floor((index + 1) * width)),
    );
    const known = some.filter((value): value is number => value !== undefined && value >= 0);
    return known.length === 0 ? '·' : BARS[Math.round((Math.min(100, ...known) / 100) * (BARS.length - 1))];
  }).join('');
}
