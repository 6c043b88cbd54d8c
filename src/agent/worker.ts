/** The agent that does the work on a host: a server of the internal protocol, which carries out steps for the managers it trusts. */

import { join } from 'node:path';
import { openIdentity } from '../adapters/icp/identity.ts';
import { serve } from '../adapters/icp/server.ts';
import { stepNamed } from '../jobs/catalog.ts';
import type { Agent, AgentParts } from './agent.ts';
import { Steps } from './steps.ts';
import { trustedNow } from './trusted.ts';

export interface WorkerParts extends AgentParts {
  /** The folder on the host that belongs to Muster. */
  root: string;
}

/** Starts it; what an agent before it left is ended first. */
export async function openWorker(parts: WorkerParts): Promise<Agent> {
  const { state, root, address, port, log } = parts;
  const identity = await openIdentity(join(state, 'keys'), 'worker');
  const steps = new Steps({ folder: join(state, 'steps'), root, step: stepNamed, log });
  await steps.start();
  const trusted = () => trustedNow(state);
  const server = await serve({ identity, trusted, commands: steps.commands, log }, address, port);
  return {
    identity,
    server,
    async close() {
      await server.close();
      await steps.close();
    },
  };
}
