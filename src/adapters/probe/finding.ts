/** What a probe finds. */
export interface Finding {
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** What was seen, for people. */
  detail: string;
}

/** From which figure on it is worth a warning, and from which it is bad; the higher the worse. */
export interface Limits {
  warn: number;
  alarm: number;
}

export const judged = (value: number, { warn, alarm }: Limits, detail: string): Finding => ({
  status: value >= alarm ? 'unhealthy' : value >= warn ? 'degraded' : 'healthy',
  detail,
});
