/**
 * What files come to: templates and data of a tree, with what was set in chats. A scene does not change; another state of the
 * data is another scene, which knows what the one before has rendered and nothing has changed of.
 */
import { createHash } from 'node:crypto';
import { MusterError } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { type LayerId, layerOf, layersFor } from './layer-id.ts';
import { changesOf, dependsOn, type Layer, type Merged, merge } from './layers.ts';
import { maskOf } from './mask.ts';
import { type Cloud, type Placed, placedFiles } from './places.ts';
import { Schemas } from './schema.ts';
import type { Tree } from './tree.ts';
import { dataOf, type Values } from './values.ts';

/** A file as it is to be. */
export interface Made {
  placed: Placed;
  text: string;
  /** The same with each secret's name instead of the secret: the only one that is kept or shown. */
  masked: string;
  /** SHA-256 of `masked`: what people agree to. */
  sum: string;
}

/** A file with masks, and the names of the data that it depends on. */
interface Draft {
  masked: string;
  used: ReadonlySet<string>;
}

/** Finds the secret that a text of the configuration names; `path` says where it stands. */
export type FindSecret = (text: string, path: string) => Promise<Secret>;

export interface SceneParts {
  tree: Tree;
  config: Cloud;
  values: Values;
}

export class Scene {
  readonly placed: readonly Placed[];
  readonly tree: Tree;
  readonly values: Values;
  readonly #config: Cloud;
  readonly #schemas: Schemas;
  readonly #drafts: Map<string, Draft>;
  /** What was set, as maps, by layer; those that nobody changed are the very same ones in the next scene. */
  readonly #set: Readonly<Record<LayerId, Readonly<Record<string, unknown>>>>;

  constructor({ tree, config, values }: SceneParts, from?: Scene, drafts: Map<string, Draft> = new Map()) {
    this.tree = tree;
    this.values = values;
    this.#config = config;
    this.placed = from?.placed ?? placedFiles(config);
    this.#schemas = from ? from.#schemas : new Schemas(tree.schemas);
    this.#set = Object.fromEntries(Object.entries(values.layers).map(([id, names]) => [id, dataOf(names)]));
    this.#drafts = drafts;
  }

  /** The scene with other values, and the files that depend on what changed; of what was rendered, all others stay. */
  with(values: Values): { scene: Scene; dependents: Placed[] } {
    const changed = new Map<LayerId, string[]>();
    for (const id of new Set([...Object.keys(this.values.layers), ...Object.keys(values.layers)])) {
      const names = changesOf(dataOf(this.values.layers[id]), dataOf(values.layers[id]));
      if (names.length > 0) changed.set(id, names);
    }
    const kept = new Map<string, Draft>();
    const next = new Scene({ tree: this.tree, config: this.#config, values }, this, kept);
    const dependents = this.placed.filter((placed) => {
      const names = idsFor(placed).flatMap((id) => changed.get(id) ?? []);
      const known = this.#drafts.get(placed.id);
      if (names.length === 0) {
        if (known) kept.set(placed.id, known);
        return false;
      }
      const before = known ?? attempt(() => this.#draft(placed));
      if (typeof before !== 'string') {
        if (dependsOn(before.used, names) || (placed.settings.schema !== undefined && !next.#fits(placed)))
          return true;
        kept.set(placed.id, before);
        return false;
      }
      // What could not be made, and cannot for the same reason, has nothing to do with this change.
      return attempt(() => next.#draft(placed)) !== before;
    });
    return { scene: next, dependents };
  }

  /** The data of a place, merged; secrets are masks. Throws as `merge` does. */
  data(placed: Placed): Merged {
    return merge(this.#layers(placed));
  }

  /** A file with masks instead of secrets. Throws with the errors of templates, data and schemas. */
  masked(placed: Placed): string {
    return this.#draft(placed).masked;
  }

  /** A file with masks, and what it is agreed to by. Throws as `masked` does. */
  plan(placed: Placed): Pick<Made, 'placed' | 'masked' | 'sum'> {
    const { masked } = this.#draft(placed);
    return { placed, masked, sum: sumOf(masked) };
  }

  /** A file as it is to be. Rejects as `masked` throws, and with `config.secret` where a secret it takes is not to be found. */
  async make(placed: Placed, find: FindSecret): Promise<Made> {
    const { masked, used } = this.#draft(placed);
    const sum = sumOf(masked);
    const { data, from } = this.data(placed);
    const { schema, template, format } = placed.settings;
    const secrets = [...from].filter(
      ([name, layer]) => layer.kind === 'secret' && (schema !== undefined || dependsOn(used, [name])),
    );
    for (const [name, layer] of secrets) {
      const id = idOfLayer(layer);
      const text = valueAt(this.tree.data[id] ?? {}, name);
      const secret = await find(`${text}`, `data/${id.replaceAll('/', '-')} ${name}`);
      put(data, name, secret.reveal());
    }
    if (schema !== undefined) this.#schemas.check(schema, data, placed.file);
    if (secrets.length === 0) return { placed, text: masked, masked, sum };
    return { placed, text: this.tree.templates.render(template, data, format).text, masked, sum };
  }

  /** Whether the data fits the schema of its file, which may look at more than the template takes. */
  #fits(placed: Placed): boolean {
    return typeof attempt(() => this.#check(placed, this.data(placed))) !== 'string';
  }

  #check({ file, settings: { schema } }: Placed, { data, from }: Merged): void {
    if (schema === undefined) return;
    // What a secret has to be like can only be seen of the secret itself.
    const secrets = [...from].flatMap(([name, { kind }]) => (kind === 'secret' ? [name] : []));
    this.#schemas.check(schema, data, file, secrets);
  }

  #draft(placed: Placed): Draft {
    const known = this.#drafts.get(placed.id);
    if (known) return known;
    const { template, format } = placed.settings;
    const merged = this.data(placed);
    const { text, used } = this.tree.templates.render(template, merged.data, format);
    this.#check(placed, merged);
    const draft = { masked: text, used };
    this.#drafts.set(placed.id, draft);
    return draft;
  }

  /** Files first, what was set over them; both in the order in which layers win. */
  #layers(placed: Placed): Layer[] {
    const { host, app, machine } = placed;
    const own = { target: { host, ...(app !== undefined && { app }), ...machine } };
    const ids = idsFor(placed);
    return [
      { kind: 'site', data: own },
      ...ids.flatMap((id) => {
        const data = Object.hasOwn(this.tree.data, id) ? this.tree.data[id] : undefined;
        const secret = layerOf(id)?.kind === 'secret';
        return data ? [layer(id, secret ? masks(data) : data)] : [];
      }),
      ...ids.flatMap((id) => (this.#set[id] ? [{ ...layer(id, this.#set[id]), live: true }] : [])),
    ];
  }
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What it gives, or the words of what is wrong. */
function attempt<T>(act: () => T): T | string {
  try {
    return act();
  } catch (error) {
    if (error instanceof MusterError) return error.message;
    throw error;
  }
}

const idsFor = ({ host, app, machine, settings: { environment } }: Placed): LayerId[] =>
  layersFor({ host, app, machine, environment });

const layer = (id: LayerId, data: Readonly<Record<string, unknown>>): Layer => {
  const { kind, of, name } = layerOf(id) as { kind: Layer['kind']; of?: string; name?: string };
  return { kind, ...(name !== undefined && { name: kind === 'secret' ? `${of}/${name}` : name }), data };
};

/** What a layer of merged data is called. */
export const idOfLayer = ({ kind, name }: Layer): LayerId => (name === undefined ? kind : `${kind}/${name}`);

/** The names of secrets in the place of where they are. */
function masks(data: Readonly<Record<string, unknown>>, above = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const name = above === '' ? key : `${above}.${key}`;
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [key, isMap ? masks(value as Record<string, unknown>, name) : maskOf(name)];
    }),
  );
}

function valueAt(data: Readonly<Record<string, unknown>>, name: string): unknown {
  let value: unknown = data;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  if (value === undefined) throw new MusterError('internal', { message: name });
  return value;
}

function put(data: Record<string, unknown>, name: string, value: string): void {
  const path = name.split('.');
  let into = data;
  for (const key of path.slice(0, -1)) into = into[key] as Record<string, unknown>;
  into[path.at(-1) as string] = value;
}
