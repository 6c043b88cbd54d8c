/** Proves what is kept: reads it all, and counts sequence numbers. */
import type { LineSource } from '../../lines.ts';
import type { Block } from './block.ts';
import type { Proof, Verified, Wanted } from './log.ts';
import { DROPPED } from './message.ts';
import type { Seeker } from './select.ts';
import type { Look } from './shelf.ts';
import { isOf, keyOf } from './source.ts';
import { Spans } from './spans.ts';
import type { StreamData } from './stream.ts';

/** What is known of a stream, and the sequence numbers of lines of it that are kept, but in no message yet. */
export interface Known extends StreamData {
  held: readonly number[];
}

/** All that is known of streams. */
export interface KnownStreams {
  find(key: string): Known | undefined;
  all(wanted: (source: LineSource) => boolean): AsyncIterable<Known>;
}

interface Count {
  source: LineSource;
  spans: Spans;
  dropped: number;
}

/** Reads all blocks in which something wanted may be, whole; times and texts that are wanted do not matter. */
export async function verify(
  look: Look,
  seeker: Seeker,
  streams: KnownStreams,
  signal?: AbortSignal,
): Promise<Verified> {
  const { since, until, level, text, pattern, ...of } = seeker.wanted;
  const counts = new Map<string, Count>();
  for await (const source of look.inOrder({ ...seeker, wanted: of, level: 0 })) {
    signal?.throwIfAborted();
    await look.read(source.file, undefined, () => count(source.block, of, counts));
  }
  const proofs: Proof[] = [];
  for (const [key, counted] of counts) proofs.push(proofOf(counted, streams.find(key)));
  const others = (source: LineSource): boolean => isOf(of, source) && !counts.has(keyOf(source));
  for await (const stream of streams.all(others))
    if (stream.next > 1)
      proofs.push(proofOf({ source: stream.source, spans: new Spans(), dropped: 0 }, stream));
  return { streams: proofs, damaged: look.damaged };
}

/** Counts a block's messages; its text is read as well, so that its checksum is looked at. */
async function count(block: Block, of: Wanted, counts: Map<string, Count>): Promise<void> {
  const wanted = block.sources.map((source) => (isOf(of, source) ? countOf(counts, source) : undefined));
  if (block.messages) {
    for (const message of block.messages()) {
      if (!isOf(of, message.source)) continue;
      const counted = countOf(counts, message.source);
      if (message.flags & DROPPED) counted.dropped += message.lines;
      if (message.seqs) for (const seq of message.seqs) counted.spans.add(seq, seq);
      else counted.spans.add(message.seq, message.seq + message.lines - 1);
    }
    return;
  }
  const [columns] = await Promise.all([block.columns(), block.text()]);
  for (let index = 0; index < columns.count; index += 1) {
    const counted = wanted[columns.streams[index] as number];
    if (!counted) continue;
    const [seq, lines] = [columns.seqs[index] as number, columns.lines[index] as number];
    if ((columns.flags[index] as number) & DROPPED) counted.dropped += lines;
    const seqs = columns.scattered[index];
    if (seqs) for (const one of seqs) counted.spans.add(one, one);
    else counted.spans.add(seq, seq + lines - 1);
  }
}

function countOf(counts: Map<string, Count>, source: LineSource): Count {
  const key = keyOf(source);
  let counted = counts.get(key);
  if (!counted) {
    counted = { source, spans: new Spans(), dropped: 0 };
    counts.set(key, counted);
  }
  return counted;
}

/** What was refused, and how far the stream should reach, is known of the stream; all else is read. */
function proofOf({ source, spans, dropped }: Count, stream: Known | undefined): Proof {
  for (const seq of stream?.held ?? []) spans.add(seq, seq);
  const gaps = spans.gaps();
  const due = (stream?.next ?? 1) - 1;
  // What was acknowledged and is not there any more.
  if (spans.last > 0 && due > spans.last) gaps.push([spans.last + 1, due]);
  return {
    ...source,
    ...{ from: spans.first, to: Math.max(spans.last, due), kept: spans.count - dropped, gaps },
    ...{ doubled: spans.doubled, dropped },
    ...{ duplicates: stream?.duplicates ?? 0, forged: stream?.forged ?? 0 },
  };
}
