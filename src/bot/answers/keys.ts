/** Key groups and where they were written, as lines. */
import type { Known, Written } from '../../jobs/keys/known.ts';
import { messages } from '../../messages/messages.ts';
import { keyFingerprint } from '../../public-key.ts';
import { humanDuration } from '../../units.ts';

/** A group with what each of its sources gave last; every key by its owner and fingerprint. */
export function drawGroup(group: string, sources: ReadonlyMap<string, Known>, now: number): string[] {
  const words = messages().answers.keys;
  if (sources.size === 0) return [`○ ${words.never({ group })}`];
  const keys = new Map([...sources.values()].flatMap((known) => known.keys.map((key) => [key.data, key])));
  const people = new Set([...keys.values()].map(({ person }) => person)).size;
  return [
    `● ${words.group({ group, keys: keys.size, people })}`,
    ...[...sources].map(([id, { keys: own, at }]) => {
      const source = id.slice(group.length + 1);
      return `  ${words.source({ source, keys: own.length, time: since(at, now) })}`;
    }),
    ...[...keys.values()].map((key) => `  ${key.person} ${keyFingerprint(key)}`),
  ];
}

/** Where blocks are. */
export const drawBlocks = (written: readonly Written[], now: number): string[] =>
  written.map(({ at, ...block }) => messages().answers.keys.block({ ...block, time: since(at, now) }));

const since = (at: string, now: number): string => humanDuration(Math.max(0, now - Date.parse(at)));
