/** Data that was set in chats: layers over those of the files, in versions. Plain data; where it is kept is decided elsewhere. */
import { z } from 'zod';
import { FUNCTIONS } from './lambdas.ts';
import { type LayerId, layerOf } from './layer-id.ts';
import { isName } from './layers.ts';
import { oddNumber } from './numbers.ts';

/** One name of one layer: what it was and what it becomes; absent where it is not set. Any JSON. */
export const ValueChange = z.strictObject({
  layer: z.string().refine((id) => layerOf(id) !== undefined && layerOf(id)?.kind !== 'secret'),
  name: z.string().min(1).max(400),
  before: z.json().optional(),
  after: z.json().optional(),
});
export type ValueChange = z.output<typeof ValueChange>;

/** A version of the data: what was changed, by whom, when (UTC, ISO 8601), in which run, and why. */
export const Version = z.object({
  version: z.number().int().positive(),
  changes: z.array(ValueChange),
  at: z.string(),
  by: z.string(),
  run: z.string(),
  why: z.string().optional(),
  /** Whether it took back what its run had set. */
  back: z.literal(true).optional(),
});
export type Version = z.output<typeof Version>;

/** All that is set now: by layer, by dotted name. Version 0 is before anything was set. */
export interface Values {
  version: number;
  layers: Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;
}

export const NO_VALUES: Values = { version: 0, layers: {} };

/** The longest value, characters of JSON, and how deep it may go. */
const LONGEST = 64 * 1024;
const DEEPEST = 100;

/** The values after a change. */
export function withChanges({ version, layers }: Values, changes: readonly ValueChange[]): Values {
  const next: Record<string, Record<string, unknown>> = Object.create(null);
  for (const [id, names] of Object.entries(layers)) next[id] = { ...names };
  for (const { layer, name, after } of changes) {
    const names = next[layer] ?? Object.create(null);
    if (after === undefined) delete names[name];
    else names[name] = after;
    if (Object.keys(names).length > 0) next[layer] = names;
    else delete next[layer];
  }
  return { version, layers: next };
}

/** What leads from some values to others, in the order of layers and names. */
export function changesBetween(from: Values, to: Values): ValueChange[] {
  const of = (values: Values) =>
    new Map(
      Object.entries(values.layers).flatMap(([layer, names]) =>
        Object.entries(names).map(([name, value]) => [`${layer} ${name}`, value] as const),
      ),
    );
  const [old, now] = [of(from), of(to)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)))
    .map((key) => {
      const [layer = '', name = ''] = key.split(/ (.*)/s);
      return { layer, name, before: old.get(key) as ValueChange['before'], after: now.get(key) as never };
    });
}

/** The values as they were after a version, from those of now and all versions since, newest last. */
export function valuesAt(now: Values, history: readonly Version[], version: number): Values {
  let values = now;
  for (const one of history.toReversed()) {
    if (one.version <= version) break;
    const back = one.changes.map(({ before, after, ...which }) => ({
      ...which,
      before: after,
      after: before,
    }));
    values = withChanges(values, back);
  }
  return { ...values, version };
}

/** The map that dotted names stand for. A name goes over what is above it, which was set, too: the longer one counts. */
export function dataOf(names: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const data: Record<string, unknown> = Object.create(null);
  for (const name of Object.keys(names).sort()) {
    const path = name.split('.');
    let into = data;
    for (const key of path.slice(0, -1)) {
      const there = into[key];
      const isMap = typeof there === 'object' && there !== null && !Array.isArray(there);
      // What was set as a whole is not written into.
      into[key] = isMap ? { ...there } : Object.create(null);
      into = into[key] as Record<string, unknown>;
    }
    into[path.at(-1) as string] = names[name];
  }
  return data;
}

/** What a person typed after `=`: JSON where it is JSON, and a number only where it is written the same way again (`1.10` is a text). */
export function readValue(text: string): unknown {
  if (/^(?:true|false|null)$/.test(text)) return JSON.parse(text);
  if (/^-?\d/.test(text))
    return String(Number(text)) === text && !oddNumber(Number(text)) ? Number(text) : text;
  if (!/^[[{"]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What is wrong with a name and its value: `name`, `number`, `deep` or `long`; undefined where nothing is. */
export function valueProblem(name: string, value: unknown): 'name' | 'number' | 'deep' | 'long' | undefined {
  const path = name.split('.');
  if (path.some((key) => !isName(key)) || path[0] === FUNCTIONS) return 'name';
  if (tooDeep(value, path.length)) return 'deep';
  if (oddNumber(value)) return 'number';
  if (hasOddName(value)) return 'name';
  return (JSON.stringify(value)?.length ?? 0) > LONGEST ? 'long' : undefined;
}

function tooDeep(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= DEEPEST || Object.values(value).some((one) => tooDeep(one, depth + 1));
}

function hasOddName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasOddName);
  return Object.entries(value).some(([key, one]) => !isName(key) || hasOddName(one));
}
