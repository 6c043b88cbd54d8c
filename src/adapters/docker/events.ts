/** What happens to containers, as the engine tells it. */
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { LineSplitter } from '../../capture.ts';

/** One event: `start`, `die`, `health_status: healthy`, … of one container. */
export interface EngineEvent {
  action: string;
  container: string;
  attributes: Record<string, string>;
}

const Event = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }),
});

/** The events of an engine's stream of JSON lines, until it ends or the signal aborts; what is not an event is left out. */
export async function* readEvents(
  stream: Readable,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, void, undefined> {
  let events: EngineEvent[] = [];
  const splitter = new LineSplitter((line) => {
    const event = Event.safeParse(parse(line));
    if (!event.success) return;
    const { Action: action, Actor } = event.data;
    events.push({ action, container: Actor.ID, attributes: Actor.Attributes ?? {} });
  });
  try {
    for await (const chunk of stream) {
      splitter.push(chunk as Buffer);
      yield* events;
      events = [];
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stream.destroy();
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
