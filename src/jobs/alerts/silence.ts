/** How long somebody has given no sign, as far as the watcher knows: only time in which it was awake counts. Pure; times in ms. */
export class Silence {
  readonly #known = new Map<string, { last: number; ms: number }>();

  /** Takes the number of everybody's last sign, after so much time awake. `accused` are those whose silence an earlier watcher saw. */
  look(signs: ReadonlyMap<string, number>, elapsed: number, accused: ReadonlySet<string>): void {
    for (const name of this.#known.keys()) if (!signs.has(name)) this.#known.delete(name);
    for (const [name, last] of signs) {
      const known = this.#known.get(name);
      if (!known) this.#known.set(name, { last, ms: accused.has(name) ? Number.POSITIVE_INFINITY : 0 });
      else if (known.last === last) known.ms += elapsed;
      else this.#known.set(name, { last, ms: 0 });
    }
  }

  /** How long it has been silent, ms; 0 where nothing is known of it. */
  of(name: string): number {
    return this.#known.get(name)?.ms ?? 0;
  }
}
