/** When something happened by its own account. A time without a zone may be anywhere, so it counts for nothing. */
import type { Line } from '../../../lines.ts';

/** ISO 8601 with a zone. */
const ISO =
  /(?<date>\d{4}-\d\d-\d\d)[T ](?<time>\d\d:\d\d:\d\d)(?:[.,](?<part>\d{1,9}))?(?<zone>Z|[+-]\d\d:?\d\d)/;
/** Of access logs: `10/Oct/2000:13:55:36 -0700`. */
const ACCESS = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d) ([+-]\d{4})$/;

/** How far into a line its time is looked for. */
const FAR = 48;

/** The time in the beginning of a text. */
export function saidIn(text: string | undefined): Pick<Line, 'said'> {
  if (text === undefined) return {};
  const access = ACCESS.exec(text);
  if (access) {
    const [, day, month, year, time, zone] = access;
    const ms = Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
    return Number.isNaN(ms) ? {} : { said: BigInt(ms) * 1_000_000n };
  }
  const groups = ISO.exec(text.slice(0, FAR))?.groups;
  if (!groups) return {};
  const zone = (groups.zone as string).replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${groups.date}T${groups.time}${zone}`);
  if (Number.isNaN(ms)) return {};
  return { said: BigInt(ms) * 1_000_000n + BigInt((groups.part ?? '').padEnd(9, '0')) };
}

/** The time that a field says: a text, or a number of seconds, milliseconds, microseconds or nanoseconds since the epoch. */
export function timeOf(value: unknown): bigint | undefined {
  if (typeof value === 'string') return saidIn(value).said;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  // By size: each of them is between 2001 and 2286.
  if (value >= 1e9 && value < 1e10) return BigInt(Math.round(value * 1e6)) * 1_000n;
  if (value >= 1e12 && value < 1e13) return BigInt(Math.round(value * 1e3)) * 1_000n;
  if (value >= 1e15 && value < 1e16) return BigInt(Math.round(value)) * 1_000n;
  return value >= 1e18 && value < 1e19 ? BigInt(Math.round(value)) : undefined;
}
