/** What both daemons on a host have in common: each is a server of the internal protocol with a key of its own. */

import type { Server } from '../adapters/icp/server.ts';
import type { Identity } from '../identity.ts';
import type { Log } from '../log.ts';

export interface AgentParts {
  /** Where it keeps its key, the keys it trusts, and what it knows. */
  state: string;
  address: string;
  /** 0 for any that is free. */
  port: number;
  log: Log;
}

export interface Agent {
  identity: Identity;
  server: Server;
  /** Lets managers go and ends what goes on. */
  close(): Promise<void>;
}
