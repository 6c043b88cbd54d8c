/** Reads what comes over a session: the opening, then the program's own streams, then how it ended. */
import type { ClientChannel } from 'ssh2';
import type { Capture } from '../../capture.ts';
import { type Ending, quiet } from '../../ending.ts';
import { type Opening, OpeningReader, readOpening } from './words.ts';

export interface Conversation {
  /** What the remote shell said first; undefined where the session ended without a word of it. */
  opening: Promise<Opening | undefined>;
  /** How the program ended; undefined where the session was closed without telling. */
  ending: Promise<Ending | undefined>;
  /** What was printed instead of an opening. */
  noise(): string;
  /** Hears no more. */
  stop(): void;
}

/** Starts to listen; what `capture` throws (it comes from the caller's `onLine`) goes to `fail`. */
export function listen(
  channel: ClientChannel,
  token: string,
  capture: Capture,
  fail: (error: unknown) => void,
): Conversation {
  let lastSeen = 0;
  let listening = true;
  const readers = { stdout: new OpeningReader(token), stderr: new OpeningReader(token) };
  const opened = { stdout: false, stderr: false };
  const closed = new Promise<void>((resolve) => channel.once('close', () => resolve()));

  const take = (stream: 'stdout' | 'stderr', chunk: Buffer) => {
    try {
      if (chunk.length > 0) capture.take(stream, chunk);
    } catch (error) {
      fail(error);
    }
  };
  const opening = new Promise<Opening | undefined>((resolve) => {
    const hear = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      if (!listening) return;
      lastSeen = Date.now();
      if (opened[stream]) {
        take(stream, chunk);
        return;
      }
      const found = readers[stream].push(chunk);
      if (found === undefined) return;
      opened[stream] = true;
      if (stream === 'stderr') resolve(readOpening(found.line));
      take(stream, found.rest);
    };
    channel.on('data', hear('stdout'));
    channel.stderr.on('data', hear('stderr'));
    void closed.then(() => resolve(undefined));
  });
  const exited = new Promise<Ending>((resolve) => {
    channel.once('exit', (code: number | null, signal?: string) => resolve({ code, signal: signal ?? null }));
  });
  const ending = (async () => {
    const first = await Promise.race([exited, closed]);
    if (first === undefined) return undefined;
    await Promise.race([closed, quiet(() => lastSeen)]);
    return first;
  })();

  return {
    opening,
    ending,
    noise: () => readers.stderr.noise || readers.stdout.noise,
    stop: () => {
      listening = false;
    },
  };
}
