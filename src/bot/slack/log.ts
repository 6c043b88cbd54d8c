/** What Slack's library says, in our log. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

/** Bolt's words into our log, its level ours. */
export function boltLogger(log: Log): Logger {
  const line =
    (level: 'debug' | 'warn' | 'error') =>
    (...words: unknown[]) =>
      log[level]({ words: words.map(String).join(' ') }, 'slack library');
  return {
    debug: () => {},
    info: line('debug'),
    warn: line('warn'),
    error: line('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
