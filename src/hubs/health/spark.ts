/** A course of percentages as a line of text. Pure. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** `▇▇▇▁▃▇`: 0 to 100, oldest first; a dot where nothing was known. */
export const sparkline = (values: readonly (number | undefined | null)[]): string =>
  values
    .map((value) => {
      if (value === undefined || value === null) return '·';
      const share = Math.max(0, Math.min(1, value / 100));
      return BARS[Math.round(share * (BARS.length - 1))];
    })
    .join('');
