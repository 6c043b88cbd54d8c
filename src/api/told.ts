/** Messages as whoever asks gets them: without secrets, and with the place to go on from. */
import type { Line } from '../lines.ts';
import { toldLine } from '../log-asking.ts';
import type { Scrubber } from '../secret.ts';
import { cursorOf } from './cursor.ts';

/** Streams of which it is remembered whether a private key goes on in them. */
const MOST_STREAMS = 1_000;

/** Gives messages of one answer, which have to come in order of time. */
export function teller(scrubber: Scrubber): (line: Line) => object {
  const streams = new Map<string, (text: string) => string>();
  const scrub = (stream: string): ((text: string) => string) => {
    const known = streams.get(stream);
    if (known) return known;
    const [oldest] = streams.keys();
    if (streams.size >= MOST_STREAMS && oldest !== undefined) streams.delete(oldest);
    const made = scrubber.lines();
    streams.set(stream, made);
    return made;
  };
  return (line) => {
    const { message, ...rest } = toldLine(line);
    return { ...scrubber.data(rest), message: scrub(line.stream)(message), cursor: cursorOf(line) };
  };
}
