/** Durations and sizes: as people write them in configuration and chat, and as data (ms, bytes). */
import { z } from 'zod';
import { messages } from './messages/messages.ts';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `90s`, `5m`, `1h30m`, `250ms`; undefined where the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(amount) * (UNIT_MS[unit as string] as number);
  }
  return total;
}

/** A duration option: text like `5m` on the outside, milliseconds inside. */
export const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: messages().names.duration });
    return z.NEVER;
  }
  return ms;
});

const UNIT_BYTES: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** A size option: text like `10GB` or `500MB` on the outside, bytes inside. */
export const Size = z.string().transform((text, context) => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?(B|kB|MB|GB|TB)$/.exec(text) ?? [];
  const bytes = Math.round(Number(amount) * (UNIT_BYTES[unit] ?? Number.NaN));
  if (bytes > 0) return bytes;
  context.addIssue({ code: 'custom', message: messages().names.size });
  return z.NEVER;
});

/** `41 s`, `1 min 58 s`, `3 h 5 min`, `120 ms`: how long, for people. */
export function humanDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) {
    const rest = seconds % 60;
    return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440)
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`;
}

/** `2026-11-22 03:00 Europe/Helsinki`: when, for people; UTC where nothing else is named. */
export function humanTime(iso: string, zone = 'UTC'): string {
  // Swedish dates are written as in ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(Date.parse(iso))} ${zone}`;
}

/** `217 MB`, `3.1 GB`, `812 B`: how much, for people (decimal units, as disks are sold). */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
