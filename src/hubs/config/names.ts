/** Looks names up in data: plain JSON, by own keys only, and noting what was asked for. */

/** A name that nothing has. */
export const MISSING = Symbol('missing');

/** Where names are looked up: the innermost section first. */
export class Names {
  readonly view: unknown;
  readonly #outer: Names | undefined;
  readonly #used: Set<string>;

  constructor(view: unknown, used: Set<string>, outer?: Names) {
    this.view = view;
    this.#used = used;
    this.#outer = outer;
  }

  /** The names inside a section that stands for `view`. */
  push(view: unknown): Names {
    return new Names(view, this.#used, this);
  }

  /** What a dotted name stands for, or `MISSING`. Who has its first part decides: what that one lacks is found nowhere else. */
  lookup(name: string): unknown {
    if (name === '.') {
      if (!this.#outer) this.#used.add('');
      return this.view;
    }
    const dot = name.indexOf('.');
    const first = dot < 0 ? name : name.slice(0, dot);
    for (let names: Names | undefined = this; names; names = names.#outer) {
      if (!has(names.view, first)) continue;
      if (!names.#outer) this.#used.add(name);
      const value = names.view[first];
      return dot < 0 ? value : follow(value, name.slice(dot + 1));
    }
    this.#used.add(name);
    return MISSING;
  }
}

function follow(from: unknown, path: string): unknown {
  let value = from;
  for (const part of path.split('.')) {
    if (!has(value, part)) return MISSING;
    value = value[part];
  }
  return value;
}

const has = (value: unknown, key: string): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, key);
