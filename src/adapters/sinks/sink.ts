/** Where messages of logs go: one interface, whatever takes them. */
import { MusterError } from '../../errors.ts';
import type { Line } from '../../lines.ts';

export interface Sink {
  /**
   * Resolves once all are taken, or will not be: with those that the other side never takes, and why. Rejects where it is to be
   * tried again: with `sink.failed`, or with the signal's reason.
   */
  send(lines: readonly Line[], signal: AbortSignal): Promise<Refusal | undefined>;
  close(): Promise<void>;
}

/** How many lines were refused for good, and what was said about the first. */
export interface Refusal {
  count: number;
  message: string;
}

/** `sink.failed`: nothing, or not all, was taken, and may be later. */
export const failed = (message: string, cause?: unknown): MusterError =>
  new MusterError('sink.failed', { message: message.slice(0, 300) }, { cause });

/**
 * A `send` for whoever refuses a batch as a whole for what is wrong with some of it, or for its size: halves of it are sent until
 * single messages are refused. `some` gives why a batch is refused for good.
 */
export function inHalves(
  some: (lines: readonly Line[], signal: AbortSignal) => Promise<Refusal | string | undefined>,
): Sink['send'] {
  const send: Sink['send'] = async (lines, signal) => {
    const answer = await some(lines, signal);
    if (typeof answer !== 'string') return answer;
    if (lines.length === 1) return { count: 1, message: answer };
    const half = lines.length >> 1;
    const [one, other] = [await send(lines.slice(0, half), signal), await send(lines.slice(half), signal)];
    if (!one || !other) return one ?? other;
    return { count: one.count + other.count, message: one.message };
  };
  return send;
}

/** A time as RFC 3339 in UTC with nine digits of a second. */
export function stamp(time: bigint): string {
  const text = `${time}`.padStart(10, '0');
  const seconds = text.slice(0, -9);
  if (second[0] !== seconds) second = [seconds, new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)];
  return `${second[1]}.${text.slice(-9)}Z`;
}

/** The second that was written last, as most are. */
let second: [seconds: string, text: string] = ['', ''];

/** Where a message comes from, and its number, by the names under which all sinks tell it. */
export function originOf(line: Line): Record<string, string | number> {
  const { host, app, generation, service, run, stream, seq } = line;
  return {
    ...(host !== undefined && { host }),
    ...(app !== undefined && { app }),
    ...(generation !== undefined && { generation }),
    ...(service !== undefined && { service }),
    ...(run !== undefined && { run }),
    stream,
    seq,
  };
}

/** A message as an object of JSON: its time, origin, level and text, and what could be read out of it. */
export const recordOf = (line: Line): Record<string, unknown> => ({
  time: stamp(line.time),
  level: line.level,
  ...originOf(line),
  message: line.message,
  ...(line.said !== undefined && { said: stamp(line.said) }),
  ...(line.from !== undefined && { from: line.from }),
  ...(line.fields !== undefined && { fields: line.fields }),
});

/** Messages as lines of JSON. */
export const asLines = (lines: readonly Line[]): string =>
  lines.map((line) => `${JSON.stringify(recordOf(line))}\n`).join('');
