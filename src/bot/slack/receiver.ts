/** A Bolt receiver that acknowledges a delivery only once it has been taken over: Bolt itself acknowledges events before anybody saw them. */
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';

export class TakingReceiver implements Receiver {
  readonly #inner: Receiver;
  readonly #take: (body: Record<string, unknown>) => Promise<boolean>;

  /** `take` says whether the delivery was one of ours; it is not acknowledged where that rejects: Slack delivers events again, and shows an error to whoever typed a command or pressed a button. */
  constructor(inner: Receiver, take: (body: Record<string, unknown>) => Promise<boolean>) {
    this.#inner = inner;
    this.#take = take;
  }

  init(app: App): void {
    const processEvent = async (event: ReceiverEvent): Promise<void> => {
      if (await this.#take(event.body)) await event.ack();
      else await app.processEvent(event);
    };
    this.#inner.init({ processEvent } as App);
  }

  start(...args: unknown[]): Promise<unknown> {
    return this.#inner.start(...args);
  }

  stop(...args: unknown[]): Promise<unknown> {
    return this.#inner.stop(...args);
  }
}
