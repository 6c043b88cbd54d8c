/** A Bolt receiver that acknowledges a delivery only once it has been taken over: Bolt itself acknowledges events before anybody saw them. */
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';

export class TakingReceiver implements Receiver {
  readonly #inner: Receiver;
  readonly #take: (body: Record<string, unknown>) => Promise<void>;
  readonly #taking = new Set<Promise<void>>();
  #deaf = false;

  /** A delivery is not acknowledged where `take` rejects: Slack delivers events again, and shows an error to whoever typed a command or pressed a button. */
  constructor(inner: Receiver, take: (body: Record<string, unknown>) => Promise<void>) {
    this.#inner = inner;
    this.#take = take;
  }

  init(_app: App): void {
    const processEvent = async (event: ReceiverEvent): Promise<void> => {
      const taken = this.#process(event);
      this.#taking.add(taken);
      await taken.finally(() => this.#taking.delete(taken));
    };
    this.#inner.init({ processEvent } as App);
  }

  start(...args: unknown[]): Promise<unknown> {
    return this.#inner.start(...args);
  }

  stop(...args: unknown[]): Promise<unknown> {
    return this.#inner.stop(...args);
  }

  /** Takes nothing more; resolves when what was being taken is acknowledged. */
  async settle(): Promise<void> {
    this.#deaf = true;
    await Promise.allSettled(this.#taking);
  }

  async #process({ body, ack }: ReceiverEvent): Promise<void> {
    // Whoever goes on listens to it.
    if (this.#deaf) throw new Error('Muster is stopping');
    await this.#take(body);
    await ack();
  }
}
