/** The sections of the configuration, and their entries gathered from all files. */
import { z } from 'zod';
import { messages } from '../messages/messages.ts';
import { suggest } from '../suggest.ts';
import { Config } from './config.ts';
import type { SourceDocument } from './document.ts';
import type { ConfigProblem } from './problem.ts';

export type Section = keyof typeof Config.shape;
export const SECTIONS = Object.keys(Config.shape) as Section[];

/** The schemas of a section's names and of the entry with this name. */
export function schemasOf(section: Section, name: string): { name: z.ZodType; entry: z.ZodType } {
  const schema: z.ZodType = Config.shape[section].unwrap();
  // Each platform and each setting has a shape of its own.
  if (schema instanceof z.ZodObject) {
    const names = Object.keys(schema.shape);
    const entry = (schema.shape[name] as z.ZodType | undefined) ?? z.unknown();
    return {
      name: z.enum(names, { error: () => messages().config.noSuch({ section, names }) }),
      entry,
    };
  }
  const { keyType, valueType } = schema as z.ZodRecord;
  return { name: keyType as z.ZodType, entry: valueType as z.ZodType };
}

/** One entry as it was written, and the document it stands in. */
export interface Entry {
  raw: unknown;
  source: SourceDocument;
}
export type Entries = Record<Section, Map<string, Entry>>;

/** Merges the documents by section and name; unknown sections and entries that two files set are problems. */
export function gather(documents: readonly SourceDocument[]): {
  entries: Entries;
  problems: ConfigProblem[];
} {
  const problems: ConfigProblem[] = [];
  const entries: Entries = {
    people: new Map(),
    roles: new Map(),
    hosts: new Map(),
    apps: new Map(),
    schedules: new Map(),
    approvals: new Map(),
    platforms: new Map(),
    channels: new Map(),
    alerts: new Map(),
    keyGroups: new Map(),
    logins: new Map(),
    overlays: new Map(),
    firewall: new Map(),
    files: new Map(),
    checks: new Map(),
    maintenance: new Map(),
    hub: new Map(),
    logs: new Map(),
    logSources: new Map(),
    logSinks: new Map(),
    api: new Map(),
    boot: new Map(),
    images: new Map(),
    profiles: new Map(),
    machines: new Map(),
    settings: new Map(),
  };
  for (const source of documents) {
    if (source.data === null || source.data === undefined) continue;
    if (!isMap(source.data)) {
      problems.push(source.problem([], messages().config.holdsSections({ names: SECTIONS })));
      continue;
    }
    for (const [key, section] of Object.entries(source.data)) {
      if (!isSection(key)) {
        const message = messages().config.noSection({ near: suggest(key, SECTIONS), names: SECTIONS });
        problems.push(source.problem([key], message, 'key'));
      } else if (isMap(section)) {
        for (const [name, raw] of Object.entries(section)) {
          const known = entries[key].get(name);
          if (known)
            problems.push(
              source.problem(
                [key, name],
                messages().config.alreadySet({ name, place: placeOf(known, key, name) }),
                'key',
              ),
            );
          else entries[key].set(name, { raw, source });
        }
      } else if (section !== null && section !== undefined) {
        problems.push(source.problem([key], messages().config.holdsEntries));
      }
    }
  }
  return { entries, problems };
}

/** `config/hosts.yml:3:3`: where an entry starts. */
export function placeOf(entry: Entry, section: Section, name: string): string {
  const { file, line, column } = entry.source.problem([section, name], '', 'key');
  return `${file}:${line}:${column}`;
}

/** Whether it is an object out of a document. */
export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSection = (key: string): key is Section => (SECTIONS as string[]).includes(key);

/** The entries of a section as they were written, without those that are no group of keys. */
export const each = (entries: Entries, section: Section) =>
  [...entries[section]].flatMap(([name, { raw, source }]) => (isMap(raw) ? [{ name, raw, source }] : []));

/** What was written as a list; empty where it is none. */
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The texts of a list, each with its place in it. */
export const strings = (value: unknown): [number, string][] =>
  list(value).flatMap((entry, index): [number, string][] =>
    typeof entry === 'string' ? [[index, entry]] : [],
  );
