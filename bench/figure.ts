/** One measured figure beside its peer or floor of the same run. */

export interface Figure {
  name: string;
  /** What is aimed at, in words. */
  goal: string;
  unit: 'ms' | '/s' | 'MB' | '';
  measured: number;
  /** The peer's or floor's figure of the same run; absent where the goal is a number of its own. */
  peer?: { name: string; value: number };
  ok: boolean;
}

/** Of something there must be none. */
export const none = (name: string, measured: number): Figure => ({
  ...{ name, goal: '0', unit: '', measured, ok: measured === 0 },
});

/** An area measures one capability; `small` keeps the harness honest in tests without judging times. */
export type Area = (options: { small: boolean }) => AsyncGenerator<Figure>;

/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(3);

/** `name  goal  measured  peer  ratio  ok|short`, a line a figure. */
export function drawFigure({ name, goal, unit, measured, peer, ok }: Figure): string {
  const beside = peer ? `${peer.name} ${number(peer.value)} ${unit}` : '-';
  const ratio = peer ? `x${(measured / peer.value).toFixed(2)}` : '-';
  return [
    name.padEnd(46),
    `goal ${goal}`.padEnd(30),
    `${number(measured)} ${unit}`.padEnd(12),
    beside.padEnd(34),
    ratio.padEnd(9),
    ok ? 'ok' : 'short',
  ].join(' ');
}
