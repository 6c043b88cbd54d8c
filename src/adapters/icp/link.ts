/** The way to one agent: one connection, opened when somebody needs it, let go of when nobody does any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MusterError } from '../../errors.ts';
import type { Channel } from './channel.ts';
import { type ClientParts, connect } from './client.ts';

/** How long a connection is kept that nobody uses, ms: an agent lets in one manager at a time. */
const IDLE_MS = 2_000;
/** How long to wait for another manager to let go, and how often that is tried, ms. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 500;

export class AgentLink {
  readonly #parts: () => Promise<ClientParts>;
  #channel: Promise<Channel> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: () => Promise<ClientParts>) {
    this.#parts = parts;
  }

  /**
   * Gives a connection to `use`, shared by all who ask; rejects as `connect` does, with `icp.busy` only after `patience` ms
   * (a minute by default) or when the signal is aborted.
   */
  async with<T>(
    signal: AbortSignal | undefined,
    use: (channel: Channel) => Promise<T>,
    patience = PATIENCE_MS,
  ): Promise<T> {
    clearTimeout(this.#idle);
    this.#users += 1;
    try {
      return await use(await this.#open(signal, patience));
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#rest();
    }
  }

  /** Lets go of the connection that there is, unless somebody else uses it: the next one is a new one. */
  async renew(): Promise<void> {
    const channel = this.#users === 0 ? await this.#channel?.catch(() => undefined) : undefined;
    await channel?.close();
  }

  /** Lets go of the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    await this.#letGo();
  }

  async #open(signal: AbortSignal | undefined, patience: number): Promise<Channel> {
    for (const until = performance.now() + patience; ; ) {
      try {
        return await this.#connect();
      } catch (error) {
        const busy = error instanceof MusterError && error.code === 'icp.busy';
        if (!busy || this.#closed || signal?.aborted || performance.now() > until) throw error;
      }
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
    }
  }

  #connect(): Promise<Channel> {
    if (this.#channel) return this.#channel;
    const opening = this.#parts().then(connect);
    const forget = () => {
      if (this.#channel === opening) this.#channel = undefined;
    };
    opening.then(({ lost }) => lost.addEventListener('abort', forget), forget);
    this.#channel = opening;
    return opening;
  }

  #rest(): void {
    this.#idle = setTimeout(() => void this.#letGo(), IDLE_MS);
    this.#idle.unref();
  }

  async #letGo(): Promise<void> {
    const channel = await this.#channel?.catch(() => undefined);
    if (this.#users === 0 || this.#closed) await channel?.close();
  }
}
