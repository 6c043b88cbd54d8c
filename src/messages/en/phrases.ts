/** Words that belong to no single message. */

export const phrases = {
  /** How a run stands. */
  statuses: {
    waiting: 'waiting',
    running: 'running',
    undoing: 'undoing',
    succeeded: 'succeeded',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  /** The last line: what to type next. */
  next: (f: { line: string }) => `Next: ${f.line}`,
  or: (f: { words: readonly string[] }) => f.words.join(' or '),
  and: (f: { words: readonly string[] }) => f.words.join(' and '),
  nobody: 'nobody yet',
  somebody: 'somebody',
  aJob: 'a job',
  nothing: '(nothing)',
  /** Stands in a log for lines that were dropped, because the operator chose so. */
  linesDropped: (f: { count: number }) =>
    f.count === 1 ? '1 line was dropped here' : `${f.count} lines were dropped here`,
};
