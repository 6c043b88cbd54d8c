/** Who wrote: how sources are told apart, put together and asked for. */
import type { LineSource } from '../../lines.ts';
import type { Wanted } from './log.ts';

const PARTS = ['host', 'app', 'generation', 'service', 'run', 'stream'] as const;

/** Names one stream. Who a sender is, is part of it: nobody can write into the stream of another. */
export const keyOf = (source: LineSource): string => JSON.stringify(PARTS.map((part) => source[part] ?? ''));

/** The source that a key names. */
export const sourceOfKey = (key: string): LineSource => {
  const parts = JSON.parse(key) as string[];
  return Object.fromEntries(
    PARTS.flatMap((part, at) => (parts[at] ? [[part, parts[at]]] : [])),
  ) as unknown as LineSource;
};

/** The source alone, whatever else the object has. */
export function sourceOf(source: LineSource): LineSource {
  const own: Partial<LineSource> = {};
  for (const part of PARTS) if (source[part] !== undefined) own[part] = source[part];
  return own as LineSource;
}

/** What shares room on disk: an app, or else a host or a run. */
export function ownerOf({ app, host, run }: LineSource): string {
  if (app !== undefined) return app;
  return run === undefined ? `host/${host ?? ''}` : `run/${run}`;
}

/** Whether a source is one of those asked for. */
export const isOf = (wanted: Wanted, source: LineSource): boolean =>
  PARTS.every((part) => wanted[part] === undefined || wanted[part] === source[part]);
