/** Takes a container's log from a mark on, in batches that end where a line ends, each with the mark behind it. */
import type { Readable } from 'node:stream';
import { Frames, Joined, type Message, type Printed } from './frames.ts';
import { type Mark, Marker } from './mark.ts';

export interface Batch {
  lines: Printed[];
  /** How far the log was taken with these. */
  mark: Mark;
  /** The engine let go of what was taken last before this, so that lines may be missing in between. */
  lost?: true;
}

/** The most lines of a batch, and of their bytes. */
const MOST_LINES = 1_000;
const MOST_BYTES = 512 * 1024;
/** Bytes of a message beside its text. */
const ENVELOPE = 64;

/** Reads the engine's answer to its end; each batch is handed over before more is read. */
export async function take(
  stream: AsyncIterable<Buffer> | Readable,
  tty: boolean,
  from: Mark | undefined,
  onBatch: (batch: Batch) => Promise<void>,
): Promise<void> {
  const marker = new Marker(from);
  const joined = new Joined();
  let messages: Message[] = [];
  const frames = new Frames(tty, (message) => messages.push(message));
  let [lines, size]: [Printed[], number] = [[], 0];
  const hand = async () => {
    if (lines.length === 0) return;
    const batch: Batch = {
      lines,
      mark: marker.mark() as Mark,
      ...(marker.lost() && { lost: true as const }),
    };
    [lines, size] = [[], 0];
    await onBatch(batch);
  };
  for await (const chunk of stream) {
    frames.push(chunk as Buffer);
    const fresh = messages;
    messages = [];
    for (const message of fresh) {
      if (!marker.isNew(message)) continue;
      const line = joined.add(message);
      if (line) lines.push(line);
      size += message.bytes.length + ENVELOPE;
      // A line that is half here when a lot is: its parts go on their way, so that memory stays bounded.
      if (size > 2 * MOST_BYTES && joined.open) lines.push(...joined.force());
      if ((lines.length >= MOST_LINES || size >= MOST_BYTES) && !joined.open) await hand();
    }
    if (!joined.open) await hand();
  }
  // Nobody goes on with what is half here.
  lines.push(...joined.force().map(({ part, ...line }) => line));
  await hand();
}

/** How the engine is asked for what was written since a mark: seconds and nine digits, as it has no other exact form. */
export const sinceOf = ({ since }: Mark): string => {
  const digits = since.padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
};
