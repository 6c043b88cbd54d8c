/** Both ends of the internal protocol for a test: a server on a port of its own, and connections to it. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Channel, Commands } from '../../../src/adapters/icp/channel.ts';
import { type ClientParts, connect } from '../../../src/adapters/icp/client.ts';
import { type Server, serve } from '../../../src/adapters/icp/server.ts';
import { type Identity, openIdentity } from '../../../src/identity.ts';
import { createLog } from '../../../src/log.ts';
import { Scrubber } from '../../../src/secret.ts';

export interface Ends {
  server: Server;
  agent: Identity;
  manager: Identity;
  /** Another key than the manager's, which the agent does not trust unless it is put in `trusted`. */
  stranger: Identity;
  /** The keys that are let in; changes count at once. */
  trusted: string[];
  /** Connects as the manager; closed after the test. */
  connect(more?: Partial<ClientParts>): Promise<Channel>;
}

export async function openEnds(t: TestContext, commands: Commands): Promise<Ends> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-icp-'));
  const [agent, manager, stranger] = (await Promise.all(
    ['agent', 'manager', 'stranger'].map((name) => openIdentity(folder, name)),
  )) as [Identity, Identity, Identity];
  const trusted = [manager.fingerprint];
  const log = createLog({ level: 'silent', scrubber: new Scrubber() });
  const server = await serve({ identity: agent, trusted: () => trusted, commands, log }, '127.0.0.1', 0);
  const channels: Channel[] = [];
  t.after(async () => {
    await Promise.all(channels.map((channel) => channel.close()));
    await server.close();
    await rm(folder, { recursive: true });
  });
  return {
    server,
    agent,
    manager,
    stranger,
    trusted,
    async connect(more = {}) {
      const { port } = server;
      const where = { host: 'web-2', address: '127.0.0.1', port, key: agent.fingerprint };
      const channel = await connect({ ...where, identity: manager, ...more });
      channels.push(channel);
      return channel;
    },
  };
}
