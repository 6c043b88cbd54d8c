/** Does what is to be done for one name one after the other; other names do not wait for it. */

export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves or rejects as `work` does, which begins once all that came before for that name is over. */
  take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const over = turn.then(
      () => {},
      () => {},
    );
    this.#last.set(name, over);
    void over.then(() => this.#last.get(name) === over && this.#last.delete(name));
    return turn;
  }
}
