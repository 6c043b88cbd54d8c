/** How what Slack delivers comes in: over a socket that we open, or as requests to a port. */
import type { Receiver } from '@slack/bolt';

export interface Entrance {
  /** What hands deliveries to Bolt. */
  readonly receiver: Receiver;
  /** Whether deliveries can come in now; undefined where nobody knows, as Slack has to find the port. */
  readonly connected: boolean | undefined;
  /** Begins to let deliveries in. What it resolves to resolves when none come in any more, as with a socket that was closed. */
  open(): Promise<{ gone: Promise<void> }>;
  /** Lets nothing in any more. */
  close(): Promise<void>;
}
