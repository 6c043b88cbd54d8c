/** Sequence numbers that were seen, as spans without gaps; almost always one. */

export class Spans {
  readonly #spans: [first: number, last: number][] = [];
  /** Numbers that came more than once. */
  doubled = 0;
  /** Different numbers. */
  count = 0;

  /** Adds the numbers from `first` to `last`. */
  add(first: number, last: number): void {
    const spans = this.#spans;
    const end = spans.at(-1);
    if (end && first === end[1] + 1) {
      end[1] = last;
      this.count += last - first + 1;
      return;
    }
    let index = spans.length;
    while (index > 0 && (spans[index - 1] as [number, number])[1] >= first - 1) index -= 1;
    let [from, to] = [first, last];
    let after = index;
    let known = 0;
    for (; after < spans.length; after += 1) {
      const [start, stop] = spans[after] as [number, number];
      if (start > last + 1) break;
      known += Math.max(0, Math.min(stop, last) - Math.max(start, first) + 1);
      [from, to] = [Math.min(from, start), Math.max(to, stop)];
    }
    spans.splice(index, after - index, [from, to]);
    this.doubled += known;
    this.count += last - first + 1 - known;
  }

  /** The lowest number; 0 where there is none. */
  get first(): number {
    return this.#spans[0]?.[0] ?? 0;
  }

  /** The highest number; 0 where there is none. */
  get last(): number {
    return this.#spans.at(-1)?.[1] ?? 0;
  }

  /** What is missing between the lowest and the highest. */
  gaps(): [first: number, last: number][] {
    return this.#spans
      .slice(1)
      .map(([start], index) => [(this.#spans[index] as [number, number])[1] + 1, start - 1]);
  }
}
