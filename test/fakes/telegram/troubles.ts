/** What goes wrong between the bot and the service. */

/** `outage`: 502 and a page of HTML; `before`: the connection drops and nothing happened; `after`: it drops and the call took effect. */
export type Trouble = 'outage' | 'before' | 'after';

interface Ordered {
  trouble: Trouble;
  left: number;
  method: string | undefined;
}

export class Troubles {
  /** Whether everything is away. */
  down = false;

  readonly #ordered: Ordered[] = [];

  /** For the next so many calls, of one method or of any. */
  order(trouble: Trouble, times: number, method?: string): void {
    this.#ordered.push({ trouble, left: times, method });
  }

  /** The trouble of this call, if it has one. */
  next(method: string): Trouble | undefined {
    if (this.down) return 'outage';
    const one = this.#ordered.find(({ left, method: only }) => left > 0 && (only ?? method) === method);
    if (one) one.left -= 1;
    return one?.trouble;
  }
}
