/** Files of a host, found by patterns and read as they are written. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isOlder } from '../../adapters/tail/aside.ts';
import type { Files } from '../../adapters/tail/files.ts';
import { Place } from '../../adapters/tail/place.ts';
import { FileTail } from '../../adapters/tail/tail.ts';
import type { Collecting } from './containers.ts';
import type { Collected } from './told.ts';

/** Where to look, and whose it is. */
export interface FileSource {
  name: string;
  paths: string[];
  app?: string;
  service?: string;
}

/** How often is looked, ms: where something was written lately, and where not. */
const OFTEN_MS = 200;
const SELDOM_MS = 1_000;
/** Looks without anything new after which it is looked seldom. */
const PATIENCE = 25;

/** Takes what is written until the signal aborts. */
export async function collectFiles(
  files: Files,
  sources: readonly FileSource[],
  collecting: Collecting,
): Promise<void> {
  const { signal, trouble } = collecting;
  const tails = new Map<string, { tail: FileTail; source: Collected['source'] }>();
  let idle = 0;
  while (!signal.aborted) {
    let [busy, more] = [false, false];
    try {
      for (const source of sources) {
        const seen = await files.look(source.paths, signal);
        const named = new Map(
          seen
            .filter(({ path }) => !seen.some((other) => isOlder(other.path, path)))
            .map((one) => [one.path, one]),
        );
        for (const path of named.keys())
          if (!tails.has(path)) tails.set(path, opened(files, source, path, collecting));
        for (const [path, entry] of tails) {
          if (entry.source.service !== (source.service ?? source.name)) continue;
          const found = await entry.tail.poll(
            named.get(path),
            async ({ lines, place, lost }) => {
              busy = true;
              const time = `${BigInt(Date.now()) * 1_000_000n}`;
              await collecting.send({
                source: entry.source,
                lines: lines.map((line) => ({ time, ...line })),
                position: place,
                ...(lost && { lost }),
              });
            },
            signal,
          );
          more ||= found;
        }
      }
      trouble('files');
    } catch (error) {
      if (!signal.aborted) trouble('files', error);
    }
    idle = busy || more ? 0 : idle + 1;
    if (!more || !busy)
      await sleep(idle > PATIENCE ? SELDOM_MS : OFTEN_MS, undefined, { signal }).catch(() => {});
  }
}

function opened(
  files: Files,
  { name, app, service }: FileSource,
  path: string,
  { host, positions }: Collecting,
) {
  const source = { host, ...(app && { app }), service: service ?? name, stream: `file/${path}` };
  const place = Place.safeParse(positions.get(source.stream)).data;
  return { source, tail: new FileTail(path, files, place) };
}
