/** Slack's Socket Mode: one socket at a time. That a new one is opened is ours: the library gives up at the first page of errors. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, SocketModeReceiver, type SocketModeReceiverOptions } from '@slack/bolt';
import { messages } from '../../messages/messages.ts';
import type { Secret } from '../../secret.ts';
import type { Entrance } from './entrance.ts';

/** How long Slack may take to say goodbye, ms. */
const GOODBYE_MS = 1_000;

export interface SocketParts {
  appToken: Secret;
  logger: Logger;
  clientOptions: NonNullable<SocketModeReceiverOptions['installerOptions']>['clientOptions'];
}

export class SocketEntrance implements Entrance {
  readonly receiver: SocketModeReceiver;
  connected = false;
  #closed = false;
  #gone: Promise<void> = Promise.resolve();

  constructor({ appToken, logger, clientOptions }: SocketParts) {
    this.receiver = new SocketModeReceiver({
      appToken: appToken.reveal(),
      logger,
      autoReconnectEnabled: false,
      installerOptions: { clientOptions },
    });
    const { client } = this.receiver;
    client.on('connected', () => {
      this.connected = true;
    });
    // The library pings and is pinged; where that fails it takes the socket for gone.
    for (const gone of ['disconnected', 'disconnecting'])
      client.on(gone, () => {
        this.connected = false;
      });
  }

  async open(): Promise<{ gone: Promise<void> }> {
    const gone = new Promise<void>((resolve) => this.receiver.client.once('disconnected', () => resolve()));
    this.#gone = gone;
    await this.receiver.start().catch((thrown: unknown) => {
      throw thrown ?? new Error(messages().reasons.socketShut);
    });
    if (this.#closed) await this.receiver.stop();
    return { gone };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const open = this.connected;
    await this.receiver.stop();
    if (open) await Promise.race([this.#gone, sleep(GOODBYE_MS, undefined, { ref: false })]);
  }
}
