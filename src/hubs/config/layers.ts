/**
 * Data in layers, merged: site, environment, label, profile, host, machine, app, secret; what comes later wins. Maps are merged key by key, anything else
 * is replaced whole. `null` is a value: nothing, on purpose. Whether a name is a map is the same in every layer that has it.
 */
import { MusterError } from '../../errors.ts';

/** The layers, in the order in which they win. */
export const LAYERS = [
  'site',
  'environment',
  'label',
  'profile',
  'host',
  'machine',
  'app',
  'secret',
] as const;
export type LayerKind = (typeof LAYERS)[number];

export interface Layer {
  kind: LayerKind;
  /** Which one of its kind, like `shop`; nothing for the site. */
  name?: string;
  /** Whether it was set in a chat, over what files say. */
  live?: boolean;
  /** Plain JSON. */
  data: Readonly<Record<string, unknown>>;
}

export interface Merged {
  data: Record<string, unknown>;
  /** Where each value that is no map comes from, by its dotted name. */
  from: Map<string, Layer>;
}

/** How deep data may go. */
const DEEPEST = 100;

/**
 * The layers merged, whatever the order they are given in; those of one kind keep theirs. Throws `data.shape` where one has a map
 * and another has none, `data.deep`, and `data.name` for a name that no template could use.
 */
export function merge(layers: readonly Layer[]): Merged {
  const order = [...layers].sort((a, b) => LAYERS.indexOf(a.kind) - LAYERS.indexOf(b.kind));
  const merged: Merged = { data: Object.create(null), from: new Map() };
  for (const layer of order) mergeInto(merged.data, layer.data, layer, merged.from, []);
  return merged;
}

/** What a layer is called: `app shop`. */
export const titleOf = ({ kind, name }: Layer): string => (name === undefined ? kind : `${kind} ${name}`);

function mergeInto(
  target: Record<string, unknown>,
  source: Readonly<Record<string, unknown>>,
  layer: Layer,
  from: Map<string, Layer>,
  above: readonly string[],
): void {
  const where = titleOf(layer);
  if (above.length > DEEPEST)
    throw new MusterError('data.deep', { layer: where, name: above.slice(0, 3).join('.') });
  for (const [key, value] of Object.entries(source)) {
    const path = [...above, key];
    const name = path.join('.');
    if (!isName(key) || (above.length === 0 && key === 'fn'))
      throw new MusterError('data.name', { layer: where, name });
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    const known = before !== undefined && before !== null;
    if (known && value !== null && isMap(before) !== isMap(value)) {
      const other = [...from].find(([one]) => one === name || one.startsWith(`${name}.`))?.[1];
      throw new MusterError('data.shape', { layer: where, other: other ? titleOf(other) : where, name });
    }
    if (isMap(value)) {
      if (!isMap(before)) target[key] = Object.create(null);
      from.delete(name);
      mergeInto(target[key] as Record<string, unknown>, value, layer, from, path);
    } else {
      for (const one of isMap(before) ? [...from.keys()] : [])
        if (one.startsWith(`${name}.`)) from.delete(one);
      target[key] = Array.isArray(value) ? structuredClone(value) : value;
      from.set(name, layer);
    }
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A key that a dotted name can reach, and that means nothing to JavaScript. */
export const isName = (key: string): boolean =>
  key !== '' &&
  key !== '__proto__' &&
  key !== '.' &&
  !/[.\s{}=\p{Cc}\p{Cf}]/u.test(key) &&
  !/^[#^/&>!]/.test(key);

/** Whether a file that used these names has to be written again where these have changed. */
export function dependsOn(used: ReadonlySet<string>, changed: Iterable<string>): boolean {
  if (used.has('')) return true;
  for (const name of changed)
    for (const one of used)
      if (one === name || one.startsWith(`${name}.`) || name.startsWith(`${one}.`)) return true;
  return false;
}

/** The names whose values differ between two merged layers, dotted, sorted; a list is one value. */
export function changesOf(before: object, after: object): string[] {
  const [old, now] = [flat(before), flat(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => old.get(name) !== now.get(name)).sort();
}

function flat(data: object, above = '', into = new Map<string, string>()): Map<string, string> {
  for (const [key, value] of Object.entries(data)) {
    const name = above === '' ? key : `${above}.${key}`;
    if (isMap(value) && Object.keys(value).length > 0) flat(value, name, into);
    else into.set(name, JSON.stringify(value));
  }
  return into;
}
